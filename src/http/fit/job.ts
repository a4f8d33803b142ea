import type { FitSettings } from '../../calibration/fit/fit-settings.js';
import { groupsOf, measure, type Samples } from '../../calibration/samples/samples.js';
import { unusedCharacteristics } from '../../calibration/samples/unused.js';
import { checkSize } from '../../service/check-size.js';
import type { FitRequest, NamedFitRequest } from '../../service/fit-request.js';
import { readArrowStream } from '../bodies/arrow.js';
import { ARROW_STREAM } from '../bodies/bodies.js';
import { parseJson } from '../bodies/json.js';
import type { Line } from '../bodies/ndjson.js';
import { asBuffer, type RequestReader, type Unread } from '../jobs/job.js';
import { checkJsonBody } from '../schemas/check-body.js';
import { needRewardModel } from '../schemas/query.js';
import { readSamples } from '../schemas/samples-schema.js';
import { readSettings } from '../schemas/settings-schema.js';
import { collectLines } from './lines.js';
import { type FitQuery, fitBody } from './schema.js';

/**
 * Reads a request to fit: parsed, checked, measured.
 *
 * @throws Unreadable, InvalidInput: for anything wrong with a body.
 */
export async function readFit({
  format,
  body,
  query,
  maxSamples,
}: Unread<FitQuery>): Promise<NamedFitRequest> {
  if (format === ARROW_STREAM) {
    const parameters = needRewardModel(query);
    const request = measureFit(
      readSettings(parameters),
      { columns: await readArrowStream(body) },
      maxSamples,
    );
    return { rewardModel: parameters.reward_model, ...request };
  }
  const given = checkJsonBody(fitBody, parseJson(asBuffer(body)), query);
  const request = measureFit(readSettings(given), readSamples(given), maxSamples);
  return { rewardModel: given.reward_model, ...request };
}

/** How requests to fit are read. */
export const FIT_READER: RequestReader<NamedFitRequest, FitQuery> = {
  read: readFit,
  readLines: async (lines, query, maxSamples) => {
    const { reward_model: rewardModel, ...parameters } = needRewardModel(query);
    return { rewardModel, ...(await measureLines(readSettings(parameters), lines, maxSamples)) };
  },
};

/** The samples of a fit, measured. */
export function measureFit(settings: FitSettings, samples: Samples, maxSamples: number): FitRequest {
  checkSize(samples, maxSamples, 'MAX_FIT_SAMPLES');
  const names = namesOf(settings);
  const unused = unusedCharacteristics(samples, names);
  return {
    settings,
    samples: { ...measure(samples, names), groups: groupsOf(samples), unused },
    field: 'rows' in samples ? 'samples' : 'columns',
  };
}

/** The samples of a fit that come as lines, measured. */
export async function measureLines(
  settings: FitSettings,
  lines: AsyncIterable<readonly Line[]>,
  maxSamples: number,
): Promise<FitRequest> {
  return { settings, samples: await collectLines(lines, namesOf(settings), maxSamples) };
}

function namesOf({ characteristics }: FitSettings): string[] {
  return characteristics.map(({ name }) => name);
}
