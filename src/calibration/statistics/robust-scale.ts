import { ordinaryMean, ordinaryOf } from '../../lowess/ordinary.js';
import { medianOf } from '../../lowess/selection.js';
import { MEDIAN_OF_NORMAL } from '../../lowess/standard-errors.js';

/** Location and spread of values. */
export interface RobustScale {
  /** The mean, without huge outliers (`ordinaryOf`): beside one of 1e30 no other value would keep a digit. */
  readonly mean: number;
  /** Median |value − median| ÷ 0.6745: the standard deviation of normal values, whatever the tails. */
  readonly scale: number;
}

/** Mean and robust scale of values, at least one. */
export function robustScale(values: Float64Array): RobustScale {
  const mean = ordinaryMean(values, ordinaryOf(values));
  return { mean, scale: medianDeviation(values) / MEDIAN_OF_NORMAL };
}

/** median |value − median|. */
export function medianDeviation(values: Float64Array): number {
  const median = medianOf(values);
  const distances = new Float64Array(values.length);
  for (let i = 0; i < distances.length; i++) distances[i] = Math.abs(values[i] - median);
  return medianOf(distances);
}
