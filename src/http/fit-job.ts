import type { Fit, FitSettings } from '../calibration/fit.js';
import { type MeasuredSamples, measure, type Samples } from '../calibration/samples.js';
import { checkSize } from './check-size.js';
import { readArrow } from './formats/arrow-read.js';
import { ARROW_STREAM } from './formats/arrow-stream.js';
import { parseJson } from './formats/json.js';
import { checkOrThrow } from './schemas/check-body.js';
import { type FitQuery, fitBody, readSettings } from './schemas/fit.js';
import { needRewardModel, refuseQuery } from './schemas/query.js';
import { readSamples } from './schemas/samples.js';

/** What to fit, for which reward model. */
export interface ReadFit {
  readonly rewardModel: string;
  readonly settings: FitSettings;
  readonly samples: MeasuredSamples;
}

/** The same as it arrived: nothing of the body was looked at yet. */
export interface UnreadFit {
  readonly format: 'application/json' | typeof ARROW_STREAM;
  readonly body: Uint8Array<ArrayBuffer>;
  readonly query: FitQuery;
  readonly maxSamples: number;
}

/** What travels to the worker thread. */
export type FitJob = ReadFit | UnreadFit;

/** What comes back. */
export interface FinishedFit {
  readonly rewardModel: string;
  readonly settings: FitSettings;
  /** How many samples were fitted. */
  readonly count: number;
  readonly fit: Fit;
  /** Time of the fit itself. */
  readonly seconds: number;
}

/**
 * Reads a request to fit: parsed, checked, measured.
 *
 * @throws Unreadable, InvalidInput: all that can be wrong with a body.
 */
export function readFit({ format, body, query, maxSamples }: UnreadFit): ReadFit {
  return format === ARROW_STREAM ? readColumns(body, query, maxSamples) : readJson(body, query, maxSamples);
}

function readJson(bytes: Uint8Array<ArrayBuffer>, query: FitQuery, maxSamples: number): ReadFit {
  refuseQuery(query);
  const body = checkOrThrow(
    fitBody,
    parseJson(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)),
  );
  return measureFit(body.reward_model, readSettings(body), readSamples(body), maxSamples);
}

function readColumns(body: Uint8Array, query: FitQuery, maxSamples: number): ReadFit {
  const parameters = needRewardModel(query);
  const columns = readArrow(body);
  return measureFit(parameters.reward_model, readSettings(parameters), { columns }, maxSamples);
}

function measureFit(
  rewardModel: string,
  settings: FitSettings,
  samples: Samples,
  maxSamples: number,
): ReadFit {
  checkSize(samples, maxSamples, 'MAX_FIT_SAMPLES');
  const names = settings.characteristics.map(({ name }) => name);
  return { rewardModel, settings, samples: measure(samples, names) };
}

/** The buffers of a job, to be handed over to the worker. */
export function buffersOf(job: FitJob): ArrayBuffer[] {
  if ('body' in job) return [job.body.buffer];
  return [
    job.samples.rewards.buffer,
    ...[...job.samples.characteristics.values()].map(({ buffer }) => buffer),
  ];
}
