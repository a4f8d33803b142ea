import type { RobustFit, SmootherRows } from './robust-fit.js';
import type { Smoother } from './smoother.js';
import type { TiedSamples } from './ties.js';
import { squaredRowNorms } from './window-sums/row-norms.js';

export interface StandardErrors {
  /** σ · ‖row of the smoother‖ at each distinct x, in the units of y. */
  standardError: Float64Array;
  /** The trace of the smoother matrix: 1 for a constant, 2 for a line, up to n for the samples themselves. */
  effectiveDegreesOfFreedom: number;
}

/**
 * median |z| of a standard normal z, the 0.75 quantile: median |residual| over this is a robust estimate of σ
 * (the normal-consistent median absolute deviation: Rousseeuw and Croux 1993, JASA 88, 1273-1283).
 */
export const MEDIAN_OF_NORMAL = 0.6744897501960817;

/**
 * Pointwise standard errors of the curve, and its effective degrees of freedom ν.
 *
 * The curve is linear in y, fitted = L y, as long as the robustness weights of the last pass are taken as
 * given (Cleveland and Devlin 1988, JASA 83, 596-610). So its standard error at x is σ times the norm of L's
 * row at x, and ν = trace L. σ = median |residual| / 0.6745 · √(n / max(1, n - ν)): consistent for normal
 * noise, and corrected because residuals of a fit with ν degrees of freedom are too small by √(1 - ν / n) on
 * average. A heavy tail of the noise does not widen the errors; noise that depends on x is averaged.
 */
export function standardErrors(
  samples: TiedSamples,
  smoother: Smoother,
  fit: RobustFit,
  rows: SmootherRows,
): StandardErrors {
  const n = samples.y.length;
  const trace = traceOf(rows, fit.sums.weight);
  const scale = (fit.scale.median / MEDIAN_OF_NORMAL) * Math.sqrt(n / Math.max(1, n - trace));
  const errors = squaredRowNorms(smoother, rows);
  for (let i = 0; i < errors.length; i++) errors[i] = scale * Math.sqrt(errors[i]);
  return { standardError: errors, effectiveDegreesOfFreedom: trace };
}

/** Σ leverage of the samples; that of one whose value the curve copies is 1. */
function traceOf({ levels }: SmootherRows, weight: Float64Array): number {
  let trace = 0;
  for (let i = 0; i < levels.length; i++)
    trace += levels[i] === Number.POSITIVE_INFINITY ? 1 : levels[i] * weight[i];
  return trace;
}
