import { sampleKurtosis, sampleSkewness } from 'simple-statistics';
import { toList } from '../samples/pick.js';

/** The form of a distribution, independent of location and scale. */
export interface Shape {
  /**
   * Adjusted Fisher-Pearson skewness (G₁, as scipy's `skew(bias=False)`): 0 for symmetry, 2 for exponential
   * values.
   */
  readonly skewness: number;
  /**
   * Excess kurtosis (G₂, as scipy's `kurtosis(bias=False)`): 0 for normal values, −1.2 for uniform, −2 for
   * two points.
   */
  readonly excessKurtosis: number;
  /** Bimodality coefficient; see {@link bimodalityCoefficient}. */
  readonly bimodality: number;
}

/** Below this kurtosis is not defined. */
const MIN_SHAPE_VALUES = 4;

/** The shape of the values; undefined for fewer than four or for constant ones. */
export function shapeOf(values: Float64Array): Shape | undefined {
  const n = values.length;
  if (n < MIN_SHAPE_VALUES) return undefined;
  const list = toList(values);
  const skewness = sampleSkewness(list);
  const excessKurtosis = sampleKurtosis(list);
  if (!Number.isFinite(skewness) || !Number.isFinite(excessKurtosis)) return undefined;
  return { skewness, excessKurtosis, bimodality: bimodalityCoefficient(n, skewness, excessKurtosis) };
}

/**
 * Sarle's bimodality coefficient, (G₁² + 1) ÷ (G₂ + 3 (n − 1)² ÷ ((n − 2)(n − 3))): 5/9 for uniform values, 1
 * for two points, 1/3 for normal ones. Source: SAS/STAT User's Guide (1990), CLUSTER procedure; Pfister et
 * al. 2013, Frontiers in Psychology 4, 700.
 */
export function bimodalityCoefficient(n: number, skewness: number, excessKurtosis: number): number {
  return (skewness ** 2 + 1) / (excessKurtosis + (3 * (n - 1) ** 2) / ((n - 2) * (n - 3)));
}

/** The distinct values, ascending, and how often each occurs. */
export interface ValueCounts {
  readonly values: Float64Array;
  readonly counts: Int32Array;
}

/** How often each value occurs. */
export function countValues(values: Float64Array): ValueCounts {
  const sorted = values.slice().sort();
  let distinct = 0;
  for (let i = 0; i < sorted.length; i++) if (i === 0 || sorted[i] !== sorted[i - 1]) distinct++;
  const counts = new Int32Array(distinct);
  let last = -1;
  for (let i = 0; i < sorted.length; i++) {
    if (last < 0 || sorted[i] !== sorted[last]) sorted[++last] = sorted[i];
    counts[last]++;
  }
  return { values: sorted.slice(0, distinct), counts };
}
