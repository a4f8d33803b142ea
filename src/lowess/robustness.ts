import type { ResidualScale } from './residuals.js';
import type { TiedSamples } from './ties.js';

/** What a local line needs to know of each group: sums over its samples. */
export interface GroupSums {
  /** Σ robustness weight. */
  readonly weight: Float64Array;
  /** Σ robustness weight · (y - centre). */
  readonly weightedY: Float64Array;
}

/** Bisquare weights vanish at this many median |residual|: Cleveland (1979), section 2. */
const MEDIANS_TO_ZERO = 6;

/** Bisquare is 0 beyond this share of 6 · median |residual| and 1 within the other: `c9` and `c1` of R's `clowess`. */
const OUTER_SHARE = 0.999;
const INNER_SHARE = 0.001;

/** Below this share of mean |residual| a bisquare width counts as zero and the iterations stop: R's `clowess`. */
const NEGLIGIBLE_WIDTH = 1e-7;

/**
 * Below this share of half the range of y residuals are rounding errors of the fit itself (2⁻⁴⁰: 12 bits above
 * the last one). Reweighing such noise would drop samples at random; it is far inside the accuracy that is promised.
 */
const ROUNDING_SHARE = 2 ** -40;

/** Group sums with every robustness weight 1: counts and sums of y. */
export function plainSums(samples: TiedSamples): GroupSums {
  const m = samples.x.length;
  const sums = { weight: new Float64Array(m), weightedY: new Float64Array(m) };
  for (let j = 0; j < m; j++) {
    let sum = 0;
    for (let i = samples.starts[j]; i < samples.starts[j + 1]; i++) sum += samples.y[i];
    sums.weight[j] = samples.starts[j + 1] - samples.starts[j];
    sums.weightedY[j] = sum;
  }
  return sums;
}

/**
 * True where more than half of the residuals are as good as zero, so that no reweighting is possible: beside the
 * other residuals, as R, or, beyond R, beside the range of y: there R reweighs rounding errors.
 */
export function isNegligible({ median, mean }: ResidualScale, halfRange: number): boolean {
  return MEDIANS_TO_ZERO * median < NEGLIGIBLE_WIDTH * mean || median <= ROUNDING_SHARE * halfRange;
}

/**
 * Overwrites `sums` with those of the bisquare robustness weights (1 - (residual / (6 · median |residual|))²)² and
 * returns the total of these weights over all samples.
 */
export function reweigh(
  samples: TiedSamples,
  fitted: Float64Array,
  scale: ResidualScale,
  sums: GroupSums,
): number {
  const { starts, y } = samples;
  const width = MEDIANS_TO_ZERO * scale.median;
  const outer = OUTER_SHARE * width;
  const inner = INNER_SHARE * width;
  let total = 0;
  for (let j = 0; j < fitted.length; j++) {
    let weight = 0;
    let weightedY = 0;
    for (let i = starts[j]; i < starts[j + 1]; i++) {
      const size = Math.abs(y[i] - fitted[j]);
      if (size > outer) continue;
      let bisquare = 1;
      if (size > inner) {
        const u = size / width;
        bisquare = (1 - u * u) * (1 - u * u);
      }
      weight += bisquare;
      weightedY += bisquare * y[i];
    }
    sums.weight[j] = weight;
    sums.weightedY[j] = weightedY;
    total += weight;
  }
  return total;
}

/** Σ (robustness weight)² of every group, for the weights that `reweigh` gives. */
export function squaredWeights(
  samples: TiedSamples,
  fitted: Float64Array,
  scale: ResidualScale,
): Float64Array {
  const { starts, y } = samples;
  const width = MEDIANS_TO_ZERO * scale.median;
  const squares = new Float64Array(fitted.length);
  for (let j = 0; j < fitted.length; j++) {
    for (let i = starts[j]; i < starts[j + 1]; i++) {
      const size = Math.abs(y[i] - fitted[j]);
      if (size > OUTER_SHARE * width) continue;
      const u = size > INNER_SHARE * width ? size / width : 0;
      squares[j] += (1 - u * u) ** 4;
    }
  }
  return squares;
}
