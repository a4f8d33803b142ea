import { checkFrac, checkIterations, checkSamples } from './arguments.js';
import { EXACT } from './delta.js';
import { type Line, tricubeAt } from './local-line.js';
import { finished, type LowessFit } from './lowess.js';
import { type RobustFit, robustFit } from './robust-fit.js';
import { squaredWeights } from './robustness.js';
import { fitLines } from './smoother.js';
import { groupTies } from './ties.js';

export interface LowessErrors extends LowessFit {
  /** Standard error of the fitted value at each distinct x, in the units of y. */
  standardErrors: Float64Array;
  /** Effective degrees of freedom: the trace of the smoother matrix, over all samples. */
  degreesOfFreedom: number;
}

/** The median size of a standard normal variable, Φ⁻¹(3/4): |residual| medians over it estimate σ robustly. */
const NORMAL_MEDIAN_SIZE = 0.6744897501960817;

/**
 * The exact `lowess` fit with its pointwise standard errors and effective degrees of freedom (Cleveland and Devlin 1988,
 * JASA 83, 596-610), for the robustness weights of the last pass taken as given.
 *
 * The fit is linear in y: fitted(x) = Σ l(s) y(s) over the samples, the smoother's row at x. Then
 * standard error = σ · √(Σ l(s)²) with σ = median |residual| / 0.6745, and the degrees of freedom are the trace
 * Σ l(s) of each sample in the row of its own x. Both are exact: whole groups share one factor. The norms are summed
 * directly, in O(m · window).
 *
 * @throws RangeError for what `lowess` refuses.
 */
export function lowessErrors(
  x: Float64Array,
  y: Float64Array,
  options: { frac: number; iterations: number },
): LowessErrors {
  checkSamples(x, y);
  checkFrac(options.frac);
  checkIterations(options.iterations);
  const fit = robustFit(groupTies(x, y), options.frac, options.iterations, EXACT);
  const { samples } = fit;
  const squares = fit.weighedBy
    ? squaredWeights(samples, fit.weighedBy.fitted, fit.weighedBy.scale)
    : fit.sums.weight;
  const sigma = fit.scale.median / NORMAL_MEDIAN_SIZE;
  const standardErrors = new Float64Array(samples.x.length);
  let degreesOfFreedom = 0;
  fitLines(fit.smoother, fit.sums, (i, line) => {
    standardErrors[i] = sigma * rowNorm(fit, squares, i, line);
    // An infinite level: every weight is 0 and the value is that of one sample, so its row is 1 there and 0 elsewhere.
    degreesOfFreedom += Number.isFinite(line.level) ? fit.sums.weight[i] * line.level : 1;
  });
  return { ...finished(fit), standardErrors, degreesOfFreedom };
}

/** √(Σ l(s)²) of the smoother's row at the i-th distinct x: l = tricube · robustness weight · (level + tilt · u). */
function rowNorm(fit: RobustFit, squares: Float64Array, i: number, line: Line): number {
  if (!Number.isFinite(line.level)) return 1;
  const { windows, x } = fit.smoother;
  let total = 0;
  for (let j = windows.first[i]; j < windows.end[i]; j++) {
    const u = j === i ? 0 : (x[j] - x[i]) / windows.radius[i];
    const factor = tricubeAt(x, windows, i, j) * (line.level + line.tilt * u);
    total += squares[j] * factor * factor;
  }
  return Math.sqrt(total);
}
