import type { RobustFit } from './robust-fit.js';
import { squaredWeights } from './robustness.js';
import { fitLines, type Smoother } from './smoother.js';
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

/** The rows of the smoother matrix, see `Line`, and its trace. */
export interface SmootherRows {
  /** Infinite where the curve copies a sample for want of weight. */
  readonly levels: Float64Array;
  readonly tilts: Float64Array;
  readonly trace: number;
}

/** The rows that belong to the last pass of a fit. */
export function smootherRows(smoother: Smoother, { sums }: RobustFit): SmootherRows {
  const levels = new Float64Array(smoother.x.length);
  const tilts = new Float64Array(smoother.x.length);
  let trace = 0;
  fitLines(smoother, sums, (i, line) => {
    levels[i] = line.level;
    tilts[i] = line.tilt;
    trace += line.level === Number.POSITIVE_INFINITY ? 1 : line.level * sums.weight[i];
  });
  return { levels, tilts, trace };
}

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
  { levels: given, tilts, trace }: SmootherRows,
): StandardErrors {
  const n = samples.y.length;
  const levels = given.map((level) => (level === Number.POSITIVE_INFINITY ? 0 : level));
  const squares = fit.weighedBy ? squaredWeights(samples, fit.weighedBy) : fit.sums.weight;
  const norms = squaredRowNorms(smoother, squares, levels, tilts);
  const scale = (fit.scale.median / MEDIAN_OF_NORMAL) * Math.sqrt(n / Math.max(1, n - trace));
  // Where all weights are 0 the curve copies one sample: a row of norm 1.
  const standardError = norms.map((norm, i) => scale * Math.sqrt(levels[i] === 0 ? 1 : norm));
  return { standardError, effectiveDegreesOfFreedom: trace };
}
