import { pairsWithThinWindows, withComparedPairs } from '../../calibration/estimators/compared-pairs.js';
import type { ValuePlace } from '../../calibration/fit/finite.js';
import {
  type Leaderboard,
  type LeaderboardOptions,
  rankGenerators,
} from '../../calibration/leaderboard/leaderboard.js';
import { outputPairs } from '../../calibration/leaderboard/output-pairs.js';
import type { ScoredOutputs } from '../../calibration/leaderboard/scored-outputs.js';
import type { VersionedCurve } from '../../curves/curve-history.js';
import { type FinishedFit, placeInRow } from '../../service/fit-request.js';
import { runFit } from '../../service/run-fit.js';
import { type CurveOrSettings, isCurve, warnedOfUnused } from '../jobs/curve-or-settings.js';

/** Scored outputs as numbers, and the curve or settings that calibrate them: plain data, for the worker. */
export interface LeaderboardRequest {
  readonly scored: ScoredOutputs;
  readonly options: LeaderboardOptions;
  readonly calibrator: CurveOrSettings;
}

/** The result: the leaderboard, and the curve or the fit that calibrated it. */
export interface FinishedLeaderboard {
  readonly leaderboard: Leaderboard;
  readonly calibratedBy: VersionedCurve | FinishedFit;
}

/**
 * Ranks the generators, in the thread that calls it.
 *
 * @throws InvalidInput as the fit, or where a calibrated reward is not finite.
 */
export function finishLeaderboard({ scored, options, calibrator }: LeaderboardRequest): FinishedLeaderboard {
  if (isCurve(calibrator)) {
    const calibratedBy = warnedOfUnused(calibrator, scored.outputs);
    const { curves } = calibratedBy;
    return { leaderboard: rankGenerators(scored, { curves, left: [] }, options), calibratedBy };
  }
  const pairs = outputPairs(scored);
  const settings = withComparedPairs(calibrator, pairs);
  const fit = runFit({ settings, samples: scored.outputs }, inOutputs);
  const calibration = { curves: fit.curves, left: pairsWithThinWindows(settings, pairs) };
  return { leaderboard: rankGenerators(scored, calibration, options), calibratedBy: fit };
}

const inOutputs: ValuePlace = ({ column, sample }) => ['outputs', sample, ...placeInRow(column)];
