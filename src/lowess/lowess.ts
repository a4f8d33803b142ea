import { checkDelta, checkFrac, checkIterations, checkSamples } from './arguments.js';
import { EXACT } from './delta.js';
import { type RobustFit, robustFit } from './robust-fit.js';
import { groupTies, type TiedSamples } from './ties.js';

export interface LowessOptions {
  /** Share of the samples in each window, in (0, 1]. */
  frac: number;
  /** Robustness iterations after the first fit; 0 for plain least squares. */
  iterations: number;
  /**
   * In units of x: lines are fitted only at x this far apart and interpolated between, as R's `delta`. 0, the
   * default, fits every distinct x exactly; R's own default is 1% of the range of x.
   */
  delta?: number;
}

export interface LowessFit {
  /** The m distinct x, ascending. */
  x: Float64Array;
  /** The fitted value at each distinct x, in the units of y. */
  fitted: Float64Array;
  /** Samples at each distinct x. */
  counts: Int32Array;
  /** median |residual| of the final fit, in the units of y. */
  residualScale: number;
  /** Share of the total robustness weight that the last reweighting took away: 1 - mean(weight); 0 without one. */
  robustWeightRemoved: number;
}

/**
 * Robust locally weighted regression of y on x (LOWESS; Cleveland 1979, JASA 74, 829-836), exact at every distinct x.
 *
 * At each distinct x a line is fitted to the k = max(2, min(n, ⌊frac · n + 1e-7⌋)) nearest samples with weights
 * tricube(distance / radius); then `iterations` times the samples are weighed by the bisquare of their
 * residual over 6 · median |residual|, and all lines fitted anew. The iterations stop early when 6 · median |residual| is
 * below 1e-7 · mean |residual|. Agrees with R's `lowess(x, y, f = frac, iter = iterations, delta = delta)`, also on
 * degenerate input: a window of zero radius gives the mean of the samples at x, one sample gives itself.
 *
 * x and y are of one length n ≥ 1, in any order, and not modified; permuting the samples changes the result by rounding only.
 *
 * @throws RangeError for different lengths, no samples, values that are not finite, frac outside (0, 1], iterations
 * that are negative or not whole, or a delta that is negative or not finite.
 */
export function lowess(x: Float64Array, y: Float64Array, options: LowessOptions): LowessFit {
  const { frac, iterations, delta = EXACT } = options;
  checkSamples(x, y);
  checkFrac(frac);
  checkIterations(iterations);
  checkDelta(delta);
  return finished(robustFit(groupTies(x, y), frac, iterations, delta));
}

/** The fit as callers see it: in the units of y, without the machinery. Ends the use of `fit`, whose values it takes. */
export function finished(fit: RobustFit): LowessFit {
  const { samples, fitted } = fit;
  for (let j = 0; j < fitted.length; j++) fitted[j] += samples.centre;
  return {
    x: samples.x,
    fitted,
    counts: countsOf(samples),
    residualScale: fit.scale.median,
    robustWeightRemoved: fit.robustWeightRemoved,
  };
}

function countsOf(samples: TiedSamples): Int32Array {
  const counts = new Int32Array(samples.x.length);
  for (let j = 0; j < counts.length; j++) counts[j] = samples.starts[j + 1] - samples.starts[j];
  return counts;
}
