import { ordinaryExtent, ordinaryOf } from '../../lowess/ordinary.js';
import type { BiasCurve } from './bias-curve.js';

/** Errors of a fit in shares of the range of its biases, as `roundingBound` takes them of rewards. */
const SHARE_OF_RANGE = 1e-11;

/** Rounding errors of a sum of biases, in shares of the greatest of each curve. */
const SHARE_OF_SIZE = 2 ** -50;

/**
 * How far b̂ = Σ b̂ₖ may be off by the rounding errors of the fit, at α = 1: 1e-11 of the range of every
 * curve's biases, and four units in the last place of the greatest. Biases of huge outliers (`ordinaryOf`) do
 * not count.
 */
export function fitTolerance(curves: readonly Pick<BiasCurve, 'biases'>[]): number {
  return curves.reduce((sum, { biases }) => {
    const { least, most } = ordinaryExtent(biases, ordinaryOf(biases));
    const size = Math.max(Math.abs(least), Math.abs(most));
    return sum + SHARE_OF_RANGE * (most - least) + SHARE_OF_SIZE * size;
  }, 0);
}
