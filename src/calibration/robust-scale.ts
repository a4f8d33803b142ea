import { medianInPlace } from '../lowess/selection.js';

/** Where values lie and how far they spread. */
export interface RobustScale {
  readonly mean: number;
  /** Median |value − median| ÷ 0.6745: the standard deviation of normal values, whatever the tails. */
  readonly scale: number;
}

/** median |z| of a standard normal z, the 0.75 quantile (Rousseeuw and Croux 1993, JASA 88, 1273-1283). */
const MEDIAN_OF_NORMAL = 0.6744897501960817;

/** Mean and robust scale of values, at least one. */
export function robustScale(values: Float64Array): RobustScale {
  const mean = values.reduce((total, value) => total + value / values.length, 0);
  return { mean, scale: medianDeviation(values) / MEDIAN_OF_NORMAL };
}

/** median |value − median|. */
export function medianDeviation(values: Float64Array): number {
  const median = medianInPlace(values.slice());
  return medianInPlace(values.map((value) => Math.abs(value - median)));
}
