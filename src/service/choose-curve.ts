import { Conflict } from '../calibration/errors.js';
import type { VersionedCurve } from '../curves/curve-history.js';
import type { CurveName } from '../curves/curve-identity.js';
import type { CurveRegistry } from '../curves/registry.js';

/** Which curve a request wants, and what happens without one. */
export interface CurveChoice extends CurveName {
  readonly onMissingCurve: 'error' | 'passthrough';
}

/** The dependencies of choosing a curve. */
export interface ChoosingDependencies {
  readonly registry: CurveRegistry;
}

/**
 * The curve that calibrates a request; undefined where there is none and its rewards pass through.
 *
 * @throws Conflict `no-curve`; NotFound for a version that does not exist; Unavailable `curve-unreadable`.
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

/**
 * The named version of a reward model, or its current one.
 *
 * @throws NotFound `unknown-reward-model` or `unknown-version`; Unavailable `curve-unreadable`.
 */
export function needCurve(
  { registry }: ChoosingDependencies,
  { rewardModel, version }: CurveName,
): VersionedCurve {
  const { current } = registry.history(rewardModel);
  return registry.version(rewardModel, version ?? current ?? 0);
}

/** The refusal of a request whose reward model has no curve but needs one; `instead` is the alternative. */
export function noCurve(instead: string): Conflict {
  const message = `no curve was fitted for this reward model: POST /v1/fit first, or ${instead}`;
  return new Conflict('no-curve', message, [{ path: ['reward_model'], message }]);
}
