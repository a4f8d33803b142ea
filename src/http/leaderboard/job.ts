import type { Leaderboard, LeaderboardOptions } from '../../calibration/leaderboard/leaderboard.js';
import {
  type PromptId,
  placeOutputs,
  type ScoredOutputs,
} from '../../calibration/leaderboard/scored-outputs.js';
import { measure, rowAt, type SampleRow } from '../../calibration/samples/samples.js';
import type { VersionedCurve } from '../../curves/curve-history.js';
import { checkSize } from '../../service/check-size.js';
import {
  type AskingJson,
  type CurveOrSettings,
  type FindCurve,
  namesOf,
  readCurveOrSettings,
  type UnreadJson,
} from '../jobs/curve-or-settings.js';
import { asBuffer, type FinishedFit } from '../fit/job.js';
import { parseJson } from '../bodies/json.js';
import { checkOrThrow } from '../schemas/check-body.js';
import { type LeaderboardBody, leaderboardBody, readVariants } from './schema.js';

/** A request as numbers: with the curve to use, or with what to fit. */
export interface LeaderboardRequest {
  readonly scored: ScoredOutputs;
  readonly options: LeaderboardOptions;
  readonly curve: CurveOrSettings;
}

/** What travels to the worker thread. */
export type LeaderboardJob = LeaderboardRequest | AskingJson;

/** What comes back: the leaderboard, and the curve or the fit that calibrated it. */
export interface FinishedLeaderboard {
  readonly leaderboard: Leaderboard;
  readonly calibratedBy: VersionedCurve | FinishedFit;
}

/**
 * Reads a request: parsed, checked, measured.
 *
 * @throws Unreadable, InvalidInput: all that can be wrong with a body; and as `findCurve`.
 */
export async function readLeaderboard(
  { body, maxSamples }: UnreadJson,
  findCurve: FindCurve,
): Promise<LeaderboardRequest> {
  const given = checkOrThrow(leaderboardBody, parseJson(asBuffer(body)));
  checkSize({ rows: given.outputs }, maxSamples, 'MAX_FIT_SAMPLES', 'outputs');
  const baseline = given.baseline.map(({ reward = DEFAULT_BASELINE_REWARD, ...row }) => ({ ...row, reward }));
  checkSize({ rows: baseline }, maxSamples, 'MAX_FIT_SAMPLES', 'baseline');
  const curve = await readCurveOrSettings(given, findCurve);
  return {
    scored: readOutputs(given.outputs, baseline, namesOf(curve)),
    options: { variants: readVariants(given), reference: given.reference },
    curve,
  };
}

function readOutputs(
  outputs: LeaderboardBody['outputs'],
  baseline: readonly (SampleRow & { prompt_id: PromptId })[],
  names: readonly string[],
): ScoredOutputs {
  const places = placeOutputs(
    outputs.map(({ generator, prompt_id }) => ({ generator, promptId: prompt_id })),
    baseline.map(({ prompt_id }) => prompt_id),
  );
  return {
    ...places,
    outputs: {
      ...measure({ rows: outputs, placeOf: (row) => rowAt(['outputs', row]) }, names),
      groups: places.baselineOf,
    },
    baseline: measure({ rows: baseline, placeOf: (row) => rowAt(['baseline', row]) }, names),
  };
}

/** Rewards that are margins over the baseline already leave it at 0. */
const DEFAULT_BASELINE_REWARD = 0;
