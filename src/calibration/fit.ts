import { type LowessFit, lowess } from '../lowess/lowess.js';
import { type BiasCurve, biasAt } from './bias-curve.js';
import { type BeforeAfter, pearson, spearman, thinEvenly } from './correlation.js';
import { InvalidInput } from './errors.js';
import type { MeasuredSamples } from './samples.js';
import { thinKnots } from './thin-knots.js';

/** The estimators of the bias, by the paper's names (method, "Estimators of b̂"). */
export const ESTIMATORS = ['lwr'] as const;
export type Estimator = (typeof ESTIMATORS)[number];

/** A characteristic to remove and how strongly. */
export interface CharacteristicSetting {
  readonly name: string;
  readonly alpha: number;
}

/** What to fit: complete, every default filled in. */
export interface FitSettings {
  readonly estimator: Estimator;
  /** Removed one after another, in this order. */
  readonly characteristics: readonly CharacteristicSetting[];
  /** Share of the samples in each local regression, in (0, 1]. */
  readonly frac: number;
  /** Robustifying iterations (bisquare reweightings), ≥ 0. */
  readonly iterations: number;
}

/** Calibration strength α of the paper: the whole estimated bias is removed. */
export const DEFAULT_ALPHA = 1;

/** The paper's settings: RC-LWR on length with frac 0.5 and 3 iterations (its RewardBench code), α = 1. */
export const DEFAULT_FIT_SETTINGS: FitSettings = {
  estimator: 'lwr',
  characteristics: [{ name: 'chars', alpha: DEFAULT_ALPHA }],
  frac: 0.5,
  iterations: 3,
};

/** With fewer samples no bias is estimated: the smallest window that the reference code accepts (its `min`, 10). */
export const MIN_FIT_SAMPLES = 10;

/** What a fit says about itself. Correlations are of the characteristic and the reward, over the fitted samples. */
export interface FitDiagnostics {
  /** Of the first characteristic. */
  readonly spearman: BeforeAfter;
  readonly pearson: BeforeAfter;
  /** Median |residual| of the last local regression, in units of reward. */
  readonly residualScale: number;
  /** Share of the weight that the robust iterations took away: 0 = none, 1 = all. */
  readonly robustWeightRemoved: number;
}

/** The fitted curves, one per characteristic, in the order in which they were fitted. */
export interface Fit {
  readonly curves: readonly BiasCurve[];
  readonly diagnostics: FitDiagnostics;
}

/** Up to this many knots a curve keeps every distinct fitted x; a longer one is thinned, see {@link toCurve}. */
const MAX_EXACT_KNOTS = 16_384;

/** A thinned curve stays within this share of the range of rewards from the exact one. */
const THINNING_TOLERANCE = 1e-9;

/**
 * Estimates the bias of the rewards in each characteristic: fit on the first, subtract α · b̂, fit what is left on the
 * next, and so on (method, "Estimators of b̂").
 *
 * @param samples rewards and one column for every characteristic in `settings`.
 * @throws InvalidInput with code `too-few-samples` below {@link MIN_FIT_SAMPLES} samples, or where rewards or
 *   characteristics are so large that the fit is not finite.
 */
export function fitBias(samples: MeasuredSamples, settings: FitSettings): Fit {
  const { rewards } = samples;
  if (rewards.length < MIN_FIT_SAMPLES) throw tooFewSamples(rewards.length);
  let remaining: Float64Array = rewards;
  const curves: BiasCurve[] = [];
  const fits: LowessFit[] = [];
  for (const setting of settings.characteristics) {
    const values = samples.characteristics.get(setting.name);
    if (values === undefined) throw new RangeError(`no column for characteristic ${setting.name}`);
    const smoothed = lowess(values, remaining, settings);
    const curve = toCurve(setting, smoothed, remaining);
    remaining = remaining.map((reward, i) => reward - curve.alpha * biasAt(curve, values[i]));
    curves.push(curve);
    fits.push(smoothed);
  }
  return { curves, diagnostics: diagnose(samples, settings, remaining, fits) };
}

function tooFewSamples(count: number): InvalidInput {
  return new InvalidInput(
    `${count} sample(s) are too few to fit: at least ${MIN_FIT_SAMPLES} are needed`,
    [],
    'too-few-samples',
  );
}

/**
 * A smoothed reward as a bias curve. Every distinct x becomes a knot, so calibrating a fitted sample is exact, up to
 * {@link MAX_EXACT_KNOTS}; beyond that knots are thinned, with an error of at most 1e-9 of the range of rewards.
 */
function toCurve(setting: CharacteristicSetting, smoothed: LowessFit, rewards: Float64Array): BiasCurve {
  const meanBias =
    smoothed.fitted.reduce((total, bias, g) => total + bias * smoothed.counts[g], 0) / rewards.length;
  if (
    !([meanBias, smoothed.residualScale].every(Number.isFinite) && smoothed.fitted.every(Number.isFinite))
  ) {
    const message = 'rewards or characteristics are too large to fit: the curve is not finite';
    throw new InvalidInput(message, [{ path: ['characteristics', setting.name], message }]);
  }
  const exact = { x: smoothed.x, y: smoothed.fitted };
  const knots =
    exact.x.length > MAX_EXACT_KNOTS ? thinKnots(exact, THINNING_TOLERANCE * range(rewards)) : exact;
  return { characteristic: setting.name, alpha: setting.alpha, knots: knots.x, biases: knots.y, meanBias };
}

function diagnose(
  samples: MeasuredSamples,
  settings: FitSettings,
  remaining: Float64Array,
  fits: readonly LowessFit[],
): FitDiagnostics {
  const first = samples.characteristics.get(settings.characteristics[0].name) ?? new Float64Array();
  const x = thinEvenly(first);
  const before = thinEvenly(samples.rewards);
  const after = thinEvenly(remaining);
  const last = fits[fits.length - 1];
  return {
    spearman: { before: spearman(x, before), after: spearman(x, after) },
    pearson: { before: pearson(x, before), after: pearson(x, after) },
    residualScale: last.residualScale,
    robustWeightRemoved: last.robustWeightRemoved,
  };
}

function range(values: Float64Array): number {
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < lowest) lowest = value;
    if (value > highest) highest = value;
  }
  return highest - lowest;
}
