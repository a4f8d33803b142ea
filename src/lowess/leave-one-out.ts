import { placesOf } from './places.js';
import type { RobustFit } from './robust-fit.js';
import { bisquare, bisquareWidth } from './robustness.js';
import type { TiedSamples } from './ties.js';

/** Samples, any of those that were fitted. */
export interface LeftOut {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/**
 * With a smaller 1 - h the sample determines the curve at its x alone: the others of its window are too few,
 * or lie so close together that the curve would continue their noise to 30 times (√1000) their own spread.
 */
const LEAST_REST = 1e-3;

/**
 * What the curve at the x of each sample would be without that sample, the windows and the robustness weights
 * as they are: y - (y - fitted) / (1 - h), h = level · weight the leverage of the sample, the diagonal of the
 * smoother matrix (Cleveland and Devlin 1988, JASA 83, 596-610).
 *
 * Where the sample determines the curve alone, or the curve copies it for want of weight, there is no line
 * without it: the curve passes from the x before to the x after, or ends. Always finite where the curve is.
 *
 * @param levels the leverage of a sample of weight 1 at each distinct x; infinite where the curve copies one.
 */
export function curveWithout(
  samples: TiedSamples,
  fit: RobustFit,
  levels: Float64Array,
  { x, y }: LeftOut,
): Float64Array {
  const { centre } = samples;
  const places = placesOf(samples.x, x);
  const before = fit.weighedBy?.fitted;
  const width = fit.weighedBy ? bisquareWidth(fit.weighedBy.scale, samples) : 0;
  const without = new Float64Array(x.length);
  for (let i = 0; i < without.length; i++) {
    const j = places[i];
    const value = y[i] - centre;
    const weight = before === undefined ? 1 : bisquare(Math.abs(value - before[j]), width);
    const fitted = fit.fitted[j];
    // A sample without weight moves nothing; Infinity · 0 is no number.
    const leverage = weight === 0 ? 0 : levels[j] * weight;
    const rest = 1 - leverage;
    const left = rest > LEAST_REST ? fitted - (leverage / rest) * (value - fitted) : Number.NaN;
    const isCopy = levels[j] === Number.POSITIVE_INFINITY && value === fitted;
    without[i] = centre + (isCopy || !Number.isFinite(left) ? passing(samples.x, fit.fitted, j) : left);
  }
  return without;
}

/**
 * The curve at the j-th x as if it had no value there: on the line between its neighbours, or that of the
 * end.
 */
function passing(x: Float64Array, fitted: Float64Array, j: number): number {
  const last = x.length - 1;
  if (last === 0) return fitted[0];
  if (j === 0) return fitted[1];
  if (j === last) return fitted[last - 1];
  const share = (x[j] - x[j - 1]) / (x[j + 1] - x[j - 1]);
  return (1 - share) * fitted[j - 1] + share * fitted[j + 1];
}
