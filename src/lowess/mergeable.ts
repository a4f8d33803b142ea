import { checkFrac } from './arguments.js';
import { type Expansion, grow, rounded } from './exact-sum.js';
import { fitLines, prepareSmoother } from './smoother.js';
import { groupTies } from './ties.js';

/**
 * All that a fit without robust iterations needs to know of its samples: per distinct x their count and the sum of their y, which
 * is kept exactly, so that statistics merge to the same bits in whatever order.
 *
 * Robust iterations need more: the bisquare weight of a sample depends on its own residual, so every pass goes over the samples again. Fits on
 * parts could exchange, per pass, the merged curve, a histogram of |residual| for the exact common median, and the
 * reweighted counts and sums: 2 · iterations + 1 rounds, each as small as these statistics.
 */
export interface GroupStatistics {
  /** The m distinct x, ascending. */
  readonly x: Float64Array;
  /** Samples at each distinct x. */
  readonly counts: Float64Array;
  /** The exact sum of y at each distinct x. */
  readonly sums: readonly Expansion[];
}

/** The curve of merged statistics: as LowessFit, without what only residuals tell. */
export interface MergedFit {
  /** The m distinct x, ascending. */
  x: Float64Array;
  /** The fitted value at each distinct x, in the units of y. */
  fitted: Float64Array;
  /** Samples at each distinct x. */
  counts: Float64Array;
}

/**
 * The statistics of the samples (x, y), for `mergeStatistics` and `fitStatistics`.
 *
 * @throws RangeError for different lengths, no samples, or values that are not finite.
 */
export function groupStatistics(x: Float64Array, y: Float64Array): GroupStatistics {
  const samples = groupTies(x, y, () => 0);
  const counts = new Float64Array(samples.x.length);
  const sums: Expansion[] = [];
  for (let j = 0; j < counts.length; j++) {
    const sum: Expansion = [];
    for (let i = samples.starts[j]; i < samples.starts[j + 1]; i++) grow(sum, samples.y[i]);
    counts[j] = samples.starts[j + 1] - samples.starts[j];
    sums.push(sum);
  }
  return { x: samples.x, counts, sums };
}

/** The statistics of the samples of a and b together, as if they had been taken at once. */
export function mergeStatistics(a: GroupStatistics, b: GroupStatistics): GroupStatistics {
  const x = new Float64Array(a.x.length + b.x.length);
  const counts = new Float64Array(x.length);
  const sums: Expansion[] = [];
  let i = 0;
  let j = 0;
  let m = 0;
  while (i < a.x.length || j < b.x.length) {
    const fromA = j >= b.x.length || a.x[i] <= b.x[j];
    const fromB = i >= a.x.length || b.x[j] <= a.x[i];
    const sum: Expansion = fromA ? [...a.sums[i]] : [];
    if (fromB) for (const part of b.sums[j]) grow(sum, part);
    x[m] = fromA ? a.x[i] : b.x[j];
    counts[m++] = (fromA ? a.counts[i] : 0) + (fromB ? b.counts[j] : 0);
    sums.push(sum);
    if (fromA) i++;
    if (fromB) j++;
  }
  return { x: x.slice(0, m), counts: counts.slice(0, m), sums };
}

/**
 * The curve of all samples that went into the statistics: `lowess` with iterations = 0, up to rounding. Statistics taken at once and
 * statistics merged from parts give the same curve to the bit, because their sums are exact and all else is computed from
 * these sums, rounded once, in the same order.
 *
 * @throws RangeError for frac outside (0, 1].
 */
export function fitStatistics(statistics: GroupStatistics, options: { frac: number }): MergedFit {
  checkFrac(options.frac);
  const { x, counts, sums } = statistics;
  const starts = new Int32Array(x.length + 1);
  const total: Expansion = [];
  for (let j = 0; j < x.length; j++) {
    starts[j + 1] = starts[j] + counts[j];
    for (const part of sums[j]) grow(total, part);
  }
  const centre = rounded(total) / starts[x.length];
  const weightedY = Float64Array.from(sums, (sum, j) => rounded(sum) - counts[j] * centre);
  const fitted = new Float64Array(x.length);
  fitLines(prepareSmoother({ x, starts }, options.frac, 0), { weight: counts, weightedY }, (i, line) => {
    fitted[i] = line.value + centre;
  });
  return { x: x.slice(), fitted, counts: counts.slice() };
}
