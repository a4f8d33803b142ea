import { bisquare, MEDIANS_TO_ZERO } from '../../lowess/robustness.js';
import { medianOf } from '../../lowess/selection.js';
import { percent } from './warning.js';

/** Where the robust iterations took weight away. */
export interface WeightTaken {
  /** Share of all weight that was taken: 0 = none, 1 = all. */
  readonly share: number;
  /** Share of what was taken that rewards below the curve lost. */
  readonly fromLow: number;
}

/**
 * One side lost the weight where at least this share was its: symmetrical noise gives 0.5, within 0.05 for a
 * thousand samples.
 */
const ONE_SIDED = 0.7;

/** The weight taken, and from which side of the curve: by the bisquare weights of the remaining residuals. */
export function weightTaken(residuals: Float64Array, share: number): WeightTaken {
  const width = MEDIANS_TO_ZERO * medianOf(residuals.map(Math.abs));
  let low = 0;
  let both = 0;
  for (const residual of residuals) {
    const taken = width > 0 ? 1 - bisquare(Math.abs(residual), width) : 0;
    both += taken;
    if (residual < 0) low += taken;
  }
  return { share, fromLow: both > 0 ? low / both : 0.5 };
}

/** From which rewards weight was taken, in words. */
export function sideOf({ fromLow }: WeightTaken): string {
  if (fromLow >= ONE_SIDED) return `mostly from low rewards (${percent(fromLow)} of it)`;
  if (1 - fromLow >= ONE_SIDED) return `mostly from high rewards (${percent(1 - fromLow)} of it)`;
  return 'from low and high rewards alike';
}

/** What the robust iterations did, as a sentence. */
export function describeWeight(taken: WeightTaken): string {
  if (taken.share === 0) return 'No weight was taken from any reward.';
  return `The robust iterations took ${percent(taken.share)} of the weight, ${sideOf(taken)}.`;
}
