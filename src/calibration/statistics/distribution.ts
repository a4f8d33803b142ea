import { deviationsOf } from './deviations.js';

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
  const deviations = deviationsOf(values);
  if (deviations === null) return undefined;
  const { each, squares } = deviations;
  let cubes = 0;
  let fourths = 0;
  for (let i = 0; i < n; i++) {
    const square = each[i] * each[i];
    cubes += square * each[i];
    fourths += square * square;
  }
  const skewness = (n * cubes) / ((n - 1) * (n - 2) * (squares / (n - 1)) ** 1.5);
  const excessKurtosis =
    ((n - 1) / ((n - 2) * (n - 3))) * ((n * (n + 1) * fourths) / (squares * squares) - 3 * (n - 1));
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
