import { type LowessErrors, type LowessFit, lowess } from '../../lowess/lowess.js';
import { ordinaryExtent, ordinaryOf } from '../../lowess/ordinary.js';
import { type FracLoss, selectFrac } from '../../lowess/select-frac.js';
import type { Stopwatch } from '../../lowess/stopwatch.js';
import type { BiasEstimate } from '../curve/bias-curve.js';
import { thinKnots } from '../curve/thin-knots.js';
import { pick } from '../samples/pick.js';

/** The settings of RC-LWR. */
export interface LwrSettings {
  /** Share of the samples in each local regression, in (0, 1]; or chosen by cross-validation. */
  readonly frac: number | 'auto';
  /** Robustifying iterations (bisquare reweightings), ≥ 0. */
  readonly iterations: number;
}

/** The bias as LWR estimates it, and the diagnostics of the regression. */
export interface LwrFit {
  readonly estimates: readonly [BiasEstimate];
  readonly regression: LwrRegression;
}

/** How smooth one local regression is, and how certain. */
export interface LwrRegression {
  /** The frac that was used. */
  readonly frac: number;
  /**
   * The loss of every candidate for frac, where it was chosen: mean |reward − prediction by the other
   * samples|.
   */
  readonly fracLosses?: readonly FracLoss[] | undefined;
  /** Trace of the smoother matrix: 2 for a straight line, more the more the curve bends. */
  readonly effectiveDegreesOfFreedom: number;
  /**
   * Pointwise standard error of the bias, in units of reward: its mean over the samples, and the largest of
   * all.
   */
  readonly standardError: { readonly mean: number; readonly largest: number };
  /** Median |residual| of the regression, in units of reward. */
  readonly residualScale: number;
  /** Share of the weight that the robust iterations took away: 0 = none, 1 = all. */
  readonly robustWeightRemoved: number;
  /** Passes of back-fitting, and whether curve and prompts' levels settled; only of `lwr-within`. */
  readonly backFitting?: { readonly passes: number; readonly settled: boolean } | undefined;
}

/**
 * Up to this many knots a curve keeps every distinct fitted x; a longer one is thinned, see
 * {@link estimateLwr}.
 */
const MAX_EXACT_KNOTS = 16_384;

/** A thinned curve stays within this share of the range of ordinary rewards from the exact one. */
const THINNING_TOLERANCE = 1e-9;

/**
 * RC-LWR: the bias as the robust LOWESS of reward on a characteristic (method, "Estimators of b̂"), with
 * pointwise standard errors. Every distinct value of the characteristic becomes a knot, so calibrating a
 * fitted sample is exact, up to 16,384 knots; beyond that knots are thinned, with an error of at most 1e-9 of
 * the range of ordinary rewards.
 *
 * @param values the characteristic of each sample, as long as `rewards`. Values near the largest double may
 *   overflow: the caller checks that the estimate is finite.
 * @param watched samples for each of which the bias without it is wanted, too (`withoutSample`).
 * @param watch see `lowess`.
 */
export function estimateLwr(
  values: Float64Array,
  rewards: Float64Array,
  settings: LwrSettings,
  watched?: Uint32Array,
  watch?: Stopwatch,
): LwrFit & { readonly withoutSample: Float64Array | undefined } {
  const { iterations } = settings;
  const { frac, losses: fracLosses } =
    settings.frac === 'auto'
      ? selectFrac(values, rewards, { iterations })
      : { frac: settings.frac, losses: undefined };
  const leftOut = watched && { x: pick(values, watched), y: pick(rewards, watched) };
  const smoothed = lowess(values, rewards, { frac, iterations, standardErrors: true, leftOut, watch });
  return {
    ...toLwrFit(smoothed, rewards, { frac, losses: fracLosses }),
    withoutSample: watched && smoothed.withoutSample,
  };
}

/** A local regression as a bias with its diagnostics. `rewards` are the rewards that were smoothed. */
export function toLwrFit(
  smoothed: LowessFit & Omit<LowessErrors, 'withoutSample'>,
  rewards: Float64Array,
  { frac, losses }: { readonly frac: number; readonly losses: readonly FracLoss[] | undefined },
): LwrFit {
  const { standardError, effectiveDegreesOfFreedom, residualScale, robustWeightRemoved } = smoothed;
  const mean = meanOverSamples(standardError, smoothed.counts);
  const largest = standardError.reduce((a, b) => Math.max(a, b));
  return {
    estimates: [toEstimate(smoothed, rewards)],
    regression: {
      frac,
      fracLosses: losses,
      effectiveDegreesOfFreedom,
      standardError: { mean, largest },
      residualScale,
      robustWeightRemoved,
    },
  };
}

function toEstimate(
  smoothed: LowessFit & Omit<LowessErrors, 'withoutSample'>,
  rewards: Float64Array,
): BiasEstimate {
  const { x, fitted, standardError, counts } = smoothed;
  const meanBias = meanOverSamples(fitted, counts);
  if (x.length <= MAX_EXACT_KNOTS)
    return { knots: x, biases: fitted, standardErrors: standardError, beyond: 'hold', meanBias };
  const kept = thinKnots({ x, y: fitted }, thinningTolerances(fitted, rewards));
  const keep = (column: Float64Array) => pick(column, kept);
  return {
    knots: keep(x),
    biases: keep(fitted),
    standardErrors: keep(standardError),
    beyond: 'hold',
    meanBias,
  };
}

/** The mean over the samples of a column that has one value for each distinct x. */
function meanOverSamples(column: Float64Array, counts: Int32Array): number {
  let total = 0;
  let samples = 0;
  for (let i = 0; i < column.length; i++) {
    total += column[i] * counts[i];
    samples += counts[i];
  }
  return total / samples;
}

/**
 * How far a knot may be off: a share of the range of the ordinary rewards (of a range with huge outliers it
 * would leave two knots), or of the knot's distance from them where they moved it. Computed so that it is
 * finite where the range itself is not.
 */
function thinningTolerances(fitted: Float64Array, rewards: Float64Array): Float64Array {
  const ordinary = ordinaryOf(rewards);
  const { least, most } = ordinaryExtent(rewards, ordinary);
  const tolerance = THINNING_TOLERANCE * most - THINNING_TOLERANCE * least;
  return fitted.map((value) =>
    Math.max(tolerance, Math.abs(THINNING_TOLERANCE * value - THINNING_TOLERANCE * ordinary.centre)),
  );
}
