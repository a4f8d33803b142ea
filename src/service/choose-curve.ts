import { Conflict } from '../calibration/errors.js';
import type { VersionedCurve } from '../curves/curve-history.js';
import type { CurveRegistry } from '../curves/registry.js';

/** Which curve a request wants, and what it wants without one. */
export interface CurveChoice {
  readonly rewardModel: string;
  readonly version: number | undefined;
  readonly onMissingCurve: 'error' | 'passthrough';
}

/** What choosing needs. */
export interface ChoosingDependencies {
  readonly registry: CurveRegistry;
}

/**
 * The curve that a request shall be calibrated with; undefined where there is none and its rewards pass through.
 *
 * @throws Conflict `no-curve`; NotFound for a version that is not there; Unavailable `curve-unreadable`.
 */
export function chooseCurve(
  { registry }: ChoosingDependencies,
  { rewardModel, version, onMissingCurve }: CurveChoice,
): VersionedCurve | undefined {
  const curve = registry.find(rewardModel, version);
  if (curve === undefined && onMissingCurve === 'error')
    throw noCurve('send "on_missing_curve": "passthrough"');
  return curve;
}

/** The refusal of a request that needs a curve of a reward model that has none; `instead` is the other way out. */
export function noCurve(instead: string): Conflict {
  const message = `no curve was fitted for this reward model: POST /v1/fit first, or ${instead}`;
  return new Conflict('no-curve', message, [{ path: ['reward_model'], message }]);
}
