import { type BiasCurve, biasAt } from './bias-curve.js';
import { type BeforeAfter, pearson, spearman, thinEvenly } from './correlation.js';
import { InvalidInput } from './errors.js';
import { estimateLwr, type LwrFit, type LwrRegression } from './estimators/lwr.js';
import type { MeasuredSamples } from './samples.js';

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
  /** Share of the samples in each local regression, in (0, 1]; `auto`: chosen per characteristic by cross-validation. */
  readonly frac: number | 'auto';
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

/** What the regression on one characteristic says about itself. */
export interface CharacteristicDiagnostics extends LwrRegression {
  readonly characteristic: string;
}

/** What a fit says about itself. Correlations are of the first characteristic and the reward, over the fitted samples. */
export interface FitDiagnostics {
  readonly spearman: BeforeAfter;
  readonly pearson: BeforeAfter;
  /** Median |residual| of the last local regression, in units of reward. */
  readonly residualScale: number;
  /** Share of the weight that the robust iterations of the last regression took away: 0 = none, 1 = all. */
  readonly robustWeightRemoved: number;
  /** In the order in which they were fitted. */
  readonly characteristics: readonly CharacteristicDiagnostics[];
}

/** The fitted curves, one per characteristic, in the order in which they were fitted. */
export interface Fit {
  readonly curves: readonly BiasCurve[];
  readonly diagnostics: FitDiagnostics;
}

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
  const fits: LwrFit[] = [];
  for (const { name, alpha } of settings.characteristics) {
    const values = samples.characteristics.get(name);
    if (values === undefined) throw new RangeError(`no column for characteristic ${name}`);
    const fit = estimateLwr(values, remaining, settings);
    const curve = { characteristic: name, alpha, ...fit.estimate };
    checkFinite(curve, fit.residualScale);
    remaining = remaining.map((reward, i) => reward - alpha * biasAt(curve, values[i]));
    curves.push(curve);
    fits.push(fit);
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

function checkFinite({ characteristic, meanBias, biases }: BiasCurve, residualScale: number): void {
  if (Number.isFinite(meanBias) && Number.isFinite(residualScale) && biases.every(Number.isFinite)) return;
  const message = 'rewards or characteristics are too large to fit: the curve is not finite';
  throw new InvalidInput(message, [{ path: ['characteristics', characteristic], message }]);
}

function diagnose(
  samples: MeasuredSamples,
  settings: FitSettings,
  remaining: Float64Array,
  fits: readonly LwrFit[],
): FitDiagnostics {
  const first = samples.characteristics.get(settings.characteristics[0].name) ?? new Float64Array();
  const x = thinEvenly(first);
  const before = thinEvenly(samples.rewards);
  const after = thinEvenly(remaining);
  const { residualScale, robustWeightRemoved } = fits[fits.length - 1];
  return {
    spearman: { before: spearman(x, before), after: spearman(x, after) },
    pearson: { before: pearson(x, before), after: pearson(x, after) },
    residualScale,
    robustWeightRemoved,
    characteristics: fits.map(({ regression }, i) => ({
      characteristic: settings.characteristics[i].name,
      ...regression,
    })),
  };
}
