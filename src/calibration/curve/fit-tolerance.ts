import { ordinaryExtent, ordinaryOf } from '../../lowess/ordinary.js';
import { ROUNDING_OF_RANGE } from '../statistics/rounding.js';
import type { BiasCurve } from './bias-curve.js';

/**
 * Rounding errors of a sum of biases or of r − b̂, four units in the last place, in shares of the greatest of
 * what is added or left.
 */
export const ROUNDING_OF_DIFFERENCE = 2 ** -50;

/**
 * How far b̂ = Σ b̂ₖ may be off by the rounding errors of the fit, at α = 1: 1e-11 of the range of every
 * curve's biases, and four units in the last place of the greatest. Biases of huge outliers (`ordinaryOf`) do
 * not count.
 */
export function fitTolerance(curves: readonly Pick<BiasCurve, 'biases'>[]): number {
  return curves.reduce((sum, { biases }) => {
    const { least, most } = ordinaryExtent(biases, ordinaryOf(biases));
    const size = Math.max(Math.abs(least), Math.abs(most));
    return sum + ROUNDING_OF_RANGE * (most - least) + ROUNDING_OF_DIFFERENCE * size;
  }, 0);
}
