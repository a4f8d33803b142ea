import { placeOutputs, type ScoredOutputs } from '../../calibration/leaderboard/scored-outputs.js';
import { measure, rowAt, type SampleRow } from '../../calibration/samples/samples.js';
import { unusedCharacteristics } from '../../calibration/samples/unused.js';
import { checkCount } from '../../service/check-size.js';
import { parseJson } from '../bodies/json.js';
import { type FindCurve, namesOf } from '../jobs/curve-or-settings.js';
import { asBuffer, type UnreadJson } from '../jobs/job.js';
import { readCurveOrSettings } from '../jobs/read-curve-or-settings.js';
import { checkOrThrow } from '../schemas/check-body.js';
import type { LeaderboardRequest } from './ranking.js';
import {
  DEFAULT_BASELINE_REWARD,
  type LeaderboardBody,
  leaderboardBody,
  promptIdOf,
  readVariants,
} from './schema.js';

/**
 * Reads a request: parsed, checked, measured.
 *
 * @throws Unreadable, InvalidInput: for anything wrong with a body; otherwise as `findCurve`.
 */
export async function readLeaderboard(
  { body, maxSamples }: UnreadJson,
  findCurve: FindCurve,
): Promise<LeaderboardRequest> {
  const given = checkOrThrow(leaderboardBody, parseJson(asBuffer(body)));
  checkCount(given.outputs.length, maxSamples, 'MAX_FIT_SAMPLES', 'outputs');
  const baseline = given.baseline.map(({ reward = DEFAULT_BASELINE_REWARD, ...row }) => ({ ...row, reward }));
  checkCount(baseline.length, maxSamples, 'MAX_FIT_SAMPLES', 'baseline');
  const calibrator = await readCurveOrSettings(given, findCurve);
  return {
    scored: readOutputs(given.outputs, baseline, namesOf(calibrator)),
    options: { variants: readVariants(given), reference: given.reference },
    calibrator,
  };
}

function readOutputs(
  outputs: LeaderboardBody['outputs'],
  baseline: readonly (SampleRow & LeaderboardBody['baseline'][number])[],
  names: readonly string[],
): ScoredOutputs {
  const places = placeOutputs(
    outputs.map((output) => ({ generator: output.generator, promptId: promptIdOf(output) })),
    baseline.map(promptIdOf),
    (list, row) => {
      const named = list === 'outputs' ? outputs[row] : baseline[row];
      return named?.prompt_id === undefined ? 'prompt' : 'prompt_id';
    },
  );
  return {
    ...places,
    outputs: {
      ...measure({ rows: outputs, placeOf: (row) => rowAt(['outputs', row]) }, names),
      groups: places.baselineOf,
      unused: unusedCharacteristics({ rows: [...outputs, ...baseline] }, names),
    },
    baseline: measure({ rows: baseline, placeOf: (row) => rowAt(['baseline', row]) }, names),
  };
}
