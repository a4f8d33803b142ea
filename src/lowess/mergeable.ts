import { checkFrac, checkSamples } from './arguments.js';
import { chooseKnots, EXACT } from './delta.js';
import { plainSums } from './robustness.js';
import { fitLines, prepareSmoother } from './smoother.js';
import { groupTies } from './ties.js';

/** All that a fit without robust iterations needs of its samples. */
export interface LengthStatistics {
  /** The m distinct x, ascending. */
  readonly x: Float64Array;
  /** Samples at each distinct x. */
  readonly counts: Float64Array;
  /** Mean of y at each distinct x. */
  readonly means: Float64Array;
}

/**
 * The statistics of the samples (x, y): sufficient for `fitStatistics`. Statistics of parts, gathered apart and merged, are
 * those of the whole, so a fit without robust iterations can be spread over machines or kept up to date in O(m).
 *
 * Robust iterations need more: each reweighs every sample by its own residual over the median of all, so the parts would have
 * to keep their samples, exchange the fitted curve once an iteration, and find a common median.
 *
 * @throws RangeError for different lengths, no samples, or values that are not finite.
 */
export function statisticsOf(x: Float64Array, y: Float64Array): LengthStatistics {
  checkSamples(x, y);
  const samples = groupTies(x, y);
  const { weight, weightedY } = plainSums(samples);
  return { x: samples.x, counts: weight, means: weightedY.map((sum, j) => samples.centre + sum / weight[j]) };
}

/** The statistics of the samples of `a` and of `b` together. */
export function mergeStatistics(a: LengthStatistics, b: LengthStatistics): LengthStatistics {
  const x: number[] = [];
  const counts: number[] = [];
  const means: number[] = [];
  for (let i = 0, j = 0; i < a.x.length || j < b.x.length; ) {
    const takeA = j >= b.x.length || a.x[i] <= b.x[j];
    const takeB = i >= a.x.length || b.x[j] <= a.x[i];
    const countA = takeA ? a.counts[i] : 0;
    const countB = takeB ? b.counts[j] : 0;
    const count = countA + countB;
    x.push((takeA ? a.x[i] : b.x[j]) + 0); // + 0 turns -0 into 0, so that the order of the parts cannot show
    counts.push(count);
    means.push(((takeA ? a.means[i++] : 0) * countA) / count + ((takeB ? b.means[j++] : 0) * countB) / count);
  }
  return { x: Float64Array.from(x), counts: Float64Array.from(counts), means: Float64Array.from(means) };
}

/**
 * The fitted value at each distinct x, in the units of y: `lowess` with iterations 0 of the samples behind the statistics, equal
 * but for rounding.
 *
 * @throws RangeError for frac outside (0, 1].
 */
export function fitStatistics(statistics: LengthStatistics, frac: number): Float64Array {
  checkFrac(frac);
  const { x, counts, means } = statistics;
  const starts = new Int32Array(x.length + 1);
  for (let j = 0; j < x.length; j++) starts[j + 1] = starts[j] + counts[j];
  const centre = means[0]; // taken off so that sums lose no digits to an offset of y
  const weightedY = means.map((mean, j) => counts[j] * (mean - centre));
  const fitted = new Float64Array(x.length);
  const smoother = prepareSmoother({ x, starts }, frac, chooseKnots(x, EXACT));
  fitLines(smoother, { weight: counts, weightedY }, (i, line) => {
    fitted[i] = line.value + centre;
  });
  return fitted;
}
