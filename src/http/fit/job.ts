import type { Place } from '../../calibration/errors.js';
import type { ValuePlace } from '../../calibration/fit/finite.js';
import type { FitSettings } from '../../calibration/fit/fit-settings.js';
import { groupsOf, type MeasuredSamples, measure, type Samples } from '../../calibration/samples/samples.js';
import type { FittedCurve } from '../../curves/curve-history.js';
import { checkSize } from '../../service/check-size.js';
import { readArrow } from '../bodies/arrow-read.js';
import { ARROW_STREAM } from '../bodies/arrow-stream.js';
import type { UnreadBody } from '../bodies/bodies.js';
import { parseJson } from '../bodies/json.js';
import { checkOrThrow } from '../schemas/check-body.js';
import { type FitQuery, fitBody } from './schema.js';
import { type FitCalibrateQuery, fitCalibrateBody } from '../fit-calibrate/schema.js';
import { needRewardModel, refuseQuery } from '../schemas/query.js';
import { readSamples } from '../schemas/samples.js';
import { readSettings } from '../schemas/settings.js';

/** What to fit. */
export interface FitRequest {
  readonly settings: FitSettings;
  readonly samples: MeasuredSamples;
  /** The field of the body that held the samples; undefined where they came otherwise. */
  readonly field?: 'samples' | 'columns' | undefined;
}

/** What to fit, for which reward model. */
export interface NamedFitRequest extends FitRequest {
  readonly rewardModel: string;
}

/** A request as it arrived: nothing of the body was looked at yet. */
export interface Unread<Query> {
  readonly format: UnreadBody['format'];
  readonly body: Uint8Array<ArrayBuffer>;
  readonly query: Query;
  readonly maxSamples: number;
}

/** What travels to the worker thread: a request that was read, or is to be read there. */
export type FitJob = NamedFitRequest | Unread<FitQuery>;
export type FitCalibrateJob = FitRequest | Unread<FitCalibrateQuery>;

/** What comes back: a fitted curve that has no name and no date yet. */
export type FinishedFit = Omit<FittedCurve, 'rewardModel' | 'fittedAt'>;

/**
 * Reads a request to fit: parsed, checked, measured.
 *
 * @throws Unreadable, InvalidInput: all that can be wrong with a body.
 */
export function readFit({ format, body, query, maxSamples }: Unread<FitQuery>): NamedFitRequest {
  if (format === ARROW_STREAM) {
    const parameters = needRewardModel(query);
    const request = measureFit(readSettings(parameters), { columns: readArrow(body) }, maxSamples);
    return { rewardModel: parameters.reward_model, ...request };
  }
  refuseQuery(query);
  const given = checkOrThrow(fitBody, parseJson(asBuffer(body)));
  const request = measureFit(readSettings(given), readSamples(given), maxSamples);
  return { rewardModel: given.reward_model, ...request };
}

/** The same for a request whose fit is not kept, and so needs no reward model. */
export function readFitCalibrate({ format, body, query, maxSamples }: Unread<FitCalibrateQuery>): FitRequest {
  if (format === ARROW_STREAM)
    return measureFit(readSettings(query), { columns: readArrow(body) }, maxSamples);
  refuseQuery(query);
  const given = checkOrThrow(fitCalibrateBody, parseJson(asBuffer(body)));
  return measureFit(readSettings(given), readSamples(given), maxSamples);
}

/** Bytes that came through a worker's door are no Buffer any more. */
export function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array<ArrayBuffer>): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

function measureFit(settings: FitSettings, samples: Samples, maxSamples: number): FitRequest {
  checkSize(samples, maxSamples, 'MAX_FIT_SAMPLES');
  const names = settings.characteristics.map(({ name }) => name);
  return {
    settings,
    samples: { ...measure(samples, names), groups: groupsOf(samples) },
    field: 'rows' in samples ? 'samples' : 'columns',
  };
}

/** Where a value of the samples stands in the body, if they came in one of its fields. */
export function valuePlaceIn(field: FitRequest['field']): ValuePlace {
  return ({ column, sample }) => {
    if (field === undefined) return undefined;
    if (field === 'columns') return ['columns', column, sample];
    return [field, sample, ...placeInRow(column)];
  };
}

/** Where a value stands in a row with the fields of a sample. */
export function placeInRow(column: string): Place {
  return column === 'rewards' ? ['reward'] : ['characteristics', column];
}

/** Larger bodies are read in the worker; these take the event loop about a millisecond, less than a thread's turn. */
const READ_HERE_BYTES = 131_072;

/** Whether a body is so small that a worker is not worth it. */
export function isSmall({ body }: Pick<Unread<unknown>, 'body'>): boolean {
  return body.length <= READ_HERE_BYTES;
}

/** The buffers of a job, to be handed over to the worker. */
export function buffersOf(job: FitRequest | Unread<unknown>): ArrayBuffer[] {
  if ('body' in job) return [job.body.buffer];
  const { rewards, characteristics, groups } = job.samples;
  return [rewards, ...characteristics.values(), ...(groups ? [groups] : [])].map(({ buffer }) => buffer);
}
