import { checkDelta, checkFrac, checkIterations } from './arguments.js';
import { curveWithout, type LeftOut } from './leave-one-out.js';
import { ordinaryOf } from './ordinary.js';
import { robustFit, smootherRows } from './robust-fit.js';
import { prepareSmoother } from './smoother.js';
import { type StandardErrors, standardErrors } from './standard-errors.js';
import { type Stopwatch, stoppedWatch } from './stopwatch.js';
import { countsOf, groupTies } from './ties.js';

export interface LowessOptions {
  /** Share of the samples in each window, in (0, 1]. */
  frac: number;
  /** Robustness iterations after the first fit; 0 for plain least squares. */
  iterations: number;
  /**
   * Distance between the x where lines are fitted, in the units of x; values between are interpolated,
   * exactly as with R's `delta`. By default 0: a line at every distinct x.
   */
  delta?: number;
  /** Whether to compute `standardError` and `effectiveDegreesOfFreedom`; needs delta = 0. By default not. */
  standardErrors?: boolean;
  /** Samples at whose x the curve without them is wanted, with the standard errors. By default none. */
  leftOut?: LeftOut | undefined;
  /** Times `curve`, `standard_errors` and, of `leftOut`, `cross_fit`. */
  watch?: Stopwatch | undefined;
}

/** What `standardErrors` adds to a fit. */
export interface LowessErrors extends StandardErrors {
  /** The curve at the x of each sample of `leftOut`, fitted without it; see `curveWithout`. */
  withoutSample: Float64Array;
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
  /** Share of the robustness weight that the last reweighting removed, 1 - mean(weight); 0 without one. */
  robustWeightRemoved: number;
}

/** A line at every distinct x. */
const EXACT = 0;

const NONE: LeftOut = { x: new Float64Array(), y: new Float64Array() };

/**
 * Robust locally weighted regression of y on x (LOWESS; Cleveland 1979, JASA 74, 829-836), exact at every
 * distinct x.
 *
 * At each distinct x a line is fitted to the k = max(2, min(n, ⌊frac · n + 1e-7⌋)) nearest samples with
 * weights tricube(distance / radius); then `iterations` times the samples are weighed by the bisquare of
 * their residual over 6 · median |residual|, and all lines fitted anew. The iterations stop early when
 * 6 · median |residual| is below 1e-7 · mean |residual|, or all residuals are rounding errors. Agrees with
 * R's `lowess(x, y, f = frac, iter = iterations, delta = delta)`, also on degenerate input: a window of zero
 * radius gives the mean of the samples at x, one sample gives itself.
 *
 * x and y are of one length n ≥ 1, in any order, and not modified; permuting the samples changes the result
 * by rounding only. Costs O(n + m log m) an iteration for m distinct x, besides sorting x where it is not
 * whole.
 *
 * @throws RangeError for different lengths, no samples, values that are not finite, frac outside (0, 1],
 *   iterations that are negative or not whole, a delta that is negative or not finite, or one above 0
 *   together with `standardErrors`.
 */
export function lowess(
  x: Float64Array,
  y: Float64Array,
  options: LowessOptions & { standardErrors: true },
): LowessFit & LowessErrors;
export function lowess(x: Float64Array, y: Float64Array, options: LowessOptions): LowessFit;
export function lowess(x: Float64Array, y: Float64Array, options: LowessOptions): LowessFit {
  const {
    frac,
    iterations,
    delta = EXACT,
    standardErrors: withErrors = false,
    leftOut = NONE,
    watch = stoppedWatch(),
  } = options;
  checkFrac(frac);
  checkIterations(iterations);
  checkDelta(delta);
  if (withErrors && delta > EXACT) throw new RangeError('standard errors need delta = 0');
  const { samples, smoother, rows, fit } = watch.time('curve', () => {
    const grouped = groupTies(x, y, ordinaryOf);
    const prepared = prepareSmoother(grouped, frac, delta);
    const room = withErrors ? smootherRows(grouped.x.length) : undefined;
    const made = robustFit(grouped, prepared, iterations, delta, room);
    return { samples: grouped, smoother: prepared, rows: room, fit: made };
  });
  const result = {
    x: samples.x,
    fitted: fit.fitted.map((value) => value + samples.centre),
    counts: countsOf(samples),
    residualScale: fit.scale.median,
    robustWeightRemoved: fit.weightRemoved,
  };
  if (rows === undefined) return result;
  const errors = watch.time('standard_errors', () => standardErrors(samples, smoother, fit, rows));
  const withoutSample = watch.time('cross_fit', () => curveWithout(samples, fit, rows.levels, leftOut));
  const all: LowessErrors = { ...errors, withoutSample };
  return { ...result, ...all };
}
