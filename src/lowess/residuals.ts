import { medianInPlace, selectInPlace } from './selection.js';
import type { TiedSamples } from './ties.js';

/** The scale of the residuals: what the next reweighting and the diagnostics need. */
export interface ResidualScale {
  /** median |residual|. */
  readonly median: number;
  /** mean |residual|. */
  readonly mean: number;
}

/** Residuals probed for the width of the histogram's bins. They set its speed, never its result. */
const PROBES = 511;

/** Bins of the histogram, and how many of them lie below the probed median: the last, open one begins at 8 medians. */
const BINS = 8192;
const BINS_BELOW_MEDIAN = 1024;

/**
 * The exact median and the mean of |y - fitted| over all samples, in two passes that sort nothing: a histogram tells
 * which bin the median lies in, the residuals of that bin alone are kept, and the median selected among them.
 * Leaves the n |residuals| in `sizes`, in the order of the groups.
 */
export function residualScale(
  samples: TiedSamples,
  fitted: Float64Array,
  sizes: Float64Array,
): ResidualScale {
  const n = sizes.length;
  const binsPerUnit = binsPerUnitOf(probedMedian(samples, fitted));
  const bins = new Int32Array(BINS);
  const total = countBins(samples, fitted, binsPerUnit, bins, sizes);
  const [lowBin, belowLow] = binOfRank(bins, (n - 1) >>> 1);
  const [highBin] = binOfRank(bins, n >>> 1);
  const kept = keepBins(sizes, binsPerUnit, lowBin, highBin, bins[lowBin] + bins[highBin]);
  const upper = (n >>> 1) - belowLow;
  const high = selectInPlace(kept.values, kept.length, upper);
  const low = n % 2 === 1 ? high : greatest(kept.values, upper);
  return { median: (low + high) / 2, mean: total / n };
}

/** The median of |residual| over evenly spaced samples. */
function probedMedian(samples: TiedSamples, fitted: Float64Array): number {
  const { starts, y } = samples;
  const count = Math.min(PROBES, y.length);
  const probes = new Float64Array(count);
  for (let p = 0, j = 0; p < count; p++) {
    const i = Math.floor(((p + 0.5) * y.length) / count);
    while (starts[j + 1] <= i) j++;
    probes[p] = Math.abs(y[i] - fitted[j]);
  }
  return medianInPlace(probes);
}

/** Bins per unit of y. Finite also for a median of 0, where all residuals share the first bin. */
function binsPerUnitOf(median: number): number {
  return median > 0 ? Math.min(BINS_BELOW_MEDIAN / median, Number.MAX_VALUE) : 0;
}

/** Writes |y - fitted| to `sizes`, counts them by bin and returns their total. */
function countBins(
  samples: TiedSamples,
  fitted: Float64Array,
  binsPerUnit: number,
  bins: Int32Array,
  sizes: Float64Array,
): number {
  const { starts, y } = samples;
  let total = 0;
  for (let j = 0; j < fitted.length; j++) {
    const centre = fitted[j];
    const end = starts[j + 1];
    for (let i = starts[j]; i < end; i++) {
      const size = Math.abs(y[i] - centre);
      sizes[i] = size;
      total += size;
      const bin = size * binsPerUnit;
      bins[bin < BINS ? bin | 0 : BINS - 1]++;
    }
  }
  return total;
}

/** The bin that holds the residual of this rank (0 is the least), and how many residuals lie in the bins before. */
function binOfRank(bins: Int32Array, rank: number): [bin: number, before: number] {
  let before = 0;
  let bin = 0;
  while (before + bins[bin] <= rank) before += bins[bin++];
  return [bin, before];
}

/** The residuals of the bins from `lowBin` to `highBin`, at most `most` of them. */
function keepBins(
  sizes: Float64Array,
  binsPerUnit: number,
  lowBin: number,
  highBin: number,
  most: number,
): { values: Float64Array; length: number } {
  const values = new Float64Array(most);
  let length = 0;
  const to = highBin + 1;
  const open = highBin === BINS - 1;
  // One test that nearly always fails, before the exact ones: a processor predicts it, and would not "above" alone.
  const middle = (lowBin + highBin + 1) / 2;
  const reach = open ? Number.POSITIVE_INFINITY : to - middle;
  for (let i = 0; i < sizes.length; i++) {
    const bin = sizes[i] * binsPerUnit;
    if (Math.abs(bin - middle) <= reach && bin >= lowBin && (bin < to || open)) values[length++] = sizes[i];
  }
  return { values, length };
}

function greatest(values: Float64Array, length: number): number {
  let result = values[0];
  for (let i = 1; i < length; i++) if (values[i] > result) result = values[i];
  return result;
}
