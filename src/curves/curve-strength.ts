import { brokenRule } from '../calibration/errors.js';
import type { Warning } from '../calibration/warnings/warning.js';
import type { FittedCurve, VersionedCurve } from './curve-history.js';

/** The warning of a curve whose strength is not that of its fit. */
const STRENGTH_CHANGED = 'strength-changed';

/** So many alphas are named in the message. */
const NAMED = 4;

/** Warnings about the calibrated rewards, of which another strength makes others. */
const ABOUT_THE_RESULT: ReadonlySet<string> = new Set([
  'sign-flipped',
  'hardly-reduced',
  'cross-fit-disagrees',
  'correlation-undefined',
  STRENGTH_CHANGED,
]);

/**
 * The same curve with α on all its characteristics, to take the place of the version `current`; the curve as
 * it is where that is its α already. What only the samples show of the calibrated rewards is left out:
 * `rewardScale`, the correlations after calibration, and the warnings about them. The warning
 * `strength-changed` says so. The rest is of the regressions, as they were: those of later characteristics
 * were on what the α of the fit had left of the rewards.
 *
 * @throws InvalidInput where α · bias is not finite.
 */
export function atStrength(curve: VersionedCurve, alpha: number, current: number | null): FittedCurve {
  if (curve.curves.every((part) => part.alpha === alpha)) return curve;
  if (curve.curves.some(({ biases }) => !biases.every((bias) => Number.isFinite(alpha * bias))))
    throw brokenRule(['alpha'], 'is so large that alpha · bias is not finite');
  const { settings, diagnostics } = curve;
  return {
    ...curve,
    settings: {
      ...settings,
      characteristics: settings.characteristics.map(({ name }) => ({ name, alpha })),
    },
    curves: curve.curves.map((part) => ({ ...part, alpha })),
    rewardScale: undefined,
    diagnostics: {
      ...diagnostics,
      spearman: { before: diagnostics.spearman.before, after: null, crossFitted: null },
      pearson: { before: diagnostics.pearson.before, after: null, crossFitted: null },
      warnings: [
        strengthChanged(curve, alpha, current),
        ...diagnostics.warnings.filter(({ code }) => !ABOUT_THE_RESULT.has(code)),
      ],
    },
  };
}

/**
 * What a curve leaves of Pearson's correlation of its first characteristic and the reward: 0 where there is
 * none, null where it is not known, since the strength is not that of the fit.
 */
export function remainingCorrelation({ diagnostics }: FittedCurve): number | null {
  if (diagnostics.warnings.some(({ code }) => code === STRENGTH_CHANGED)) return null;
  return diagnostics.pearson.after ?? 0;
}

function strengthChanged(
  { version, curves }: VersionedCurve,
  alpha: number,
  current: number | null,
): Warning {
  const before = [...new Set(curves.map((part) => part.alpha))].slice(0, NAMED).join(', ');
  const passedOver =
    current === version ? '' : ` It takes the place of version ${current}, which was the current one.`;
  const message = `alpha was ${before} in version ${version} and is ${alpha} here, without samples.${passedOver} Correlations after calibration are null, reward_scale is left out (an ensemble answers "no-scale"), and warnings about the calibrated rewards are, too: a fit with this alpha finds them. residual_scale and all else in the diagnostics are of the fit as it was made, whatever alpha is.`;
  return { code: STRENGTH_CHANGED, message };
}
