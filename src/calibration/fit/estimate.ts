import { type BiasCurve, type BiasEstimate, biasAt } from '../curve/bias-curve.js';
import { estimateLwr, type LwrRegression } from '../estimators/lwr.js';
import { estimateLwrWithin } from '../estimators/lwr-within.js';
import { estimateMean } from '../estimators/mean.js';
import { estimatePenalty } from '../estimators/penalty.js';
import type { MeasuredSamples } from '../samples/samples.js';
import { alphaByCorrelation } from './alpha.js';
import { comparedView } from './compared-columns.js';
import { requireFinite } from './finite.js';
import type { CharacteristicSetting, FitSettings, ResolvedFitSettings } from './fit-settings.js';

/**
 * The bias in one characteristic: curves to add up, and the diagnostics of the regression if there was one.
 */
export interface CharacteristicBias {
  readonly estimates: readonly BiasEstimate[];
  readonly regression?: LwrRegression | undefined;
}

/** What was fitted for one characteristic. */
export interface FittedCharacteristic {
  readonly name: string;
  readonly alpha: number;
  readonly regression?: LwrRegression | undefined;
}

/** The curves in the order in which they are removed, and the remaining rewards. */
export interface BiasEstimation {
  readonly curves: readonly BiasCurve[];
  readonly characteristics: readonly FittedCharacteristic[];
  readonly remaining: Float64Array;
}

/**
 * Estimates the bias of the rewards in each characteristic: fit on the first, subtract α · b̂, fit the
 * remaining rewards on the next, and so on (method, "Estimators of b̂").
 *
 * @param samples rewards and one column for every characteristic in `settings`.
 * @throws NotFinite where rewards or characteristics are so large that the fit is not finite; or as the
 *   estimator.
 */
export function estimateBias(samples: MeasuredSamples, settings: ResolvedFitSettings): BiasEstimation {
  let remaining: Float64Array = samples.rewards;
  const curves: BiasCurve[] = [];
  const characteristics: FittedCharacteristic[] = [];
  for (const setting of settings.characteristics) {
    const values = columnOf(samples, setting.name);
    const { estimates, regression } = estimateOne(
      setting.name,
      { values, rewards: remaining, groups: samples.groups },
      settings,
    );
    requireFinite(estimates);
    const biases = sumOf(estimates, values);
    const alpha = alphaOf(setting, samples, settings, { values, rewards: remaining, biases });
    // The biases are no longer needed: their column takes the remaining rewards.
    for (let i = 0; i < biases.length; i++) biases[i] = remaining[i] - alpha * biases[i];
    requireFinite(biases);
    remaining = biases;
    curves.push(...estimates.map((estimate) => ({ characteristic: setting.name, alpha, ...estimate })));
    characteristics.push({ name: setting.name, alpha, regression });
  }
  return { curves, characteristics, remaining };
}

/** The column of a characteristic, which the caller has measured. */
export function columnOf(samples: MeasuredSamples, name: string): Float64Array {
  const values = samples.characteristics.get(name);
  if (values === undefined) throw new RangeError(`no column for characteristic ${name}`);
  return values;
}

/** What one estimate is made from. */
interface Regressed {
  readonly values: Float64Array;
  readonly rewards: Float64Array;
  readonly groups: Int32Array | undefined;
}

function estimateOne(
  name: string,
  { values, rewards, groups }: Regressed,
  settings: ResolvedFitSettings,
): CharacteristicBias {
  switch (settings.estimator) {
    case 'lwr':
      return estimateLwr(values, rewards, settings);
    case 'lwr-within':
      return estimateLwrWithin(values, rewards, groups, settings);
    case 'mean':
      return {
        estimates: [estimateMean(values, rewards, settings, settings.compared?.get(name)).estimate],
      };
    case 'penalty':
      return { estimates: [estimatePenalty(values, settings.penalty)] };
    case 'lwr-penalty':
      return estimateLwrPenalty(values, rewards, settings);
  }
}

/** The penalty first, then LWR on the remaining rewards. */
function estimateLwrPenalty(
  values: Float64Array,
  rewards: Float64Array,
  settings: ResolvedFitSettings,
): CharacteristicBias {
  const penalty = estimatePenalty(values, settings.penalty);
  const remaining = rewards.map((reward, i) => reward - biasAt(penalty, values[i]));
  const { estimates, regression } = estimateLwr(values, remaining, settings);
  return { estimates: [penalty, ...estimates], regression };
}

function sumOf(estimates: readonly BiasEstimate[], values: Float64Array): Float64Array {
  const sum = new Float64Array(values.length);
  for (const estimate of estimates) {
    for (let i = 0; i < values.length; i++) sum[i] += biasAt(estimate, values[i]);
  }
  return sum;
}

function alphaOf(
  { alpha }: CharacteristicSetting,
  samples: MeasuredSamples,
  settings: FitSettings,
  columns: { readonly values: Float64Array; readonly rewards: Float64Array; readonly biases: Float64Array },
): number {
  if (alpha !== 'auto') return alpha;
  const view = comparedView(settings);
  return alphaByCorrelation(
    view(columns.values, samples),
    view(columns.rewards, samples),
    view(columns.biases, samples),
  );
}
