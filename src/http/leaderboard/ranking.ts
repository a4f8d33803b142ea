import { pairsWithThinWindows, withComparedPairs } from '../../calibration/estimators/compared-pairs.js';
import {
  inLists,
  type Leaderboard,
  type LeaderboardOptions,
  type OutputPlace,
  rankGenerators,
} from '../../calibration/leaderboard/leaderboard.js';
import { outputPairs } from '../../calibration/leaderboard/output-pairs.js';
import type { ScoredOutputs } from '../../calibration/leaderboard/scored-outputs.js';
import type { VersionedCurve } from '../../curves/curve-history.js';
import { type FinishedFit, placeInRow } from '../../service/fit-request.js';
import { runFit } from '../../service/run-fit.js';
import { type CurveOrSettings, isCurve, warnedOfUnused } from '../jobs/curve-or-settings.js';
import type { OutputLines } from './growing-outputs.js';

/** Scored outputs as numbers, and the curve or settings that calibrate them: plain data, for the worker. */
export interface LeaderboardRequest {
  readonly scored: ScoredOutputs;
  readonly options: LeaderboardOptions;
  readonly calibrator: CurveOrSettings;
  /** Where outputs and baselines came as lines: the number of the line of each. */
  readonly lines?: OutputLines | undefined;
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
export function finishLeaderboard(request: LeaderboardRequest): FinishedLeaderboard {
  const { scored, options, calibrator } = request;
  const placeOf = placesOf(request);
  if (isCurve(calibrator)) {
    const calibratedBy = warnedOfUnused(calibrator, scored.outputs);
    const { curves } = calibratedBy;
    return { leaderboard: rankGenerators(scored, { curves, left: [] }, options, placeOf), calibratedBy };
  }
  const pairs = outputPairs(scored);
  const settings = withComparedPairs(calibrator, pairs);
  const fit = runFit({ settings, samples: scored.outputs }, ({ column, sample }) => [
    ...placeOf('outputs', sample),
    ...placeInRow(column),
  ]);
  const calibration = { curves: fit.curves, left: pairsWithThinWindows(settings, pairs) };
  return { leaderboard: rankGenerators(scored, calibration, options, placeOf), calibratedBy: fit };
}

/** Where an output or a baseline stands in the request. */
function placesOf({ lines }: LeaderboardRequest): OutputPlace {
  return lines === undefined ? inLists : (list, row) => ['lines', lines[list][row] ?? 0];
}
