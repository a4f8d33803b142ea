import type { Stopwatch } from '../../lowess/stopwatch.js';
import type { BiasCurve, BiasEstimate } from '../curve/bias-curve.js';
import { biasesAt } from '../curve/bias-curve.js';
import { estimateLwr, type LwrRegression } from '../estimators/lwr.js';
import { estimateLwrWithin } from '../estimators/lwr-within.js';
import { estimateMean } from '../estimators/mean.js';
import { estimatePenalty } from '../estimators/penalty.js';
import { pick } from '../samples/pick.js';
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
  /** The bias of each watched sample, fitted without it; undefined where the estimator does not say. */
  readonly withoutSample?: Float64Array | undefined;
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
  /** The rewards of the watched samples, each calibrated by curves without it; undefined without such. */
  readonly unseen: Float64Array | undefined;
}

/**
 * Estimates the bias of the rewards in each characteristic: fit on the first, subtract α · b̂, fit the
 * remaining rewards on the next, and so on (method, "Estimators of b̂").
 *
 * @param samples rewards and one column for every characteristic in `settings`.
 * @param watched samples that are also to be calibrated by curves without them: `lwr` and `lwr-penalty` do so
 *   by leaving one out, the earlier curves, windows and robustness weights as they are.
 * @param watch see `lowess`.
 * @throws NotFinite where rewards or characteristics are so large that the fit is not finite; or as the
 *   estimator.
 */
export function estimateBias(
  samples: MeasuredSamples,
  settings: ResolvedFitSettings,
  watched?: Uint32Array,
  watch?: Stopwatch,
): BiasEstimation {
  let remaining: Float64Array = samples.rewards;
  const curves: BiasCurve[] = [];
  const characteristics: FittedCharacteristic[] = [];
  let unseen = watched && pick(samples.rewards, watched);
  for (const setting of settings.characteristics) {
    const values = columnOf(samples, setting.name);
    const { estimates, regression, withoutSample } = estimateOne(
      setting.name,
      { values, rewards: remaining, groups: samples.groups, watched, watch },
      settings,
    );
    requireFinite(estimates);
    const biases = sumOf(estimates, values);
    const alpha = alphaOf(setting, samples, settings, { values, rewards: remaining, biases });
    // The biases are no longer needed: their column takes the remaining rewards.
    for (let i = 0; i < biases.length; i++) biases[i] = remaining[i] - alpha * biases[i];
    requireFinite(biases);
    remaining = biases;
    unseen = withoutSample && unseen?.map((reward, k) => reward - alpha * withoutSample[k]);
    curves.push(...estimates.map((estimate) => ({ characteristic: setting.name, alpha, ...estimate })));
    characteristics.push({ name: setting.name, alpha, regression });
  }
  return { curves, characteristics, remaining, unseen };
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
  readonly watched: Uint32Array | undefined;
  readonly watch: Stopwatch | undefined;
}

function estimateOne(name: string, regressed: Regressed, settings: ResolvedFitSettings): CharacteristicBias {
  const { values, rewards, groups, watched, watch } = regressed;
  switch (settings.estimator) {
    case 'lwr':
      return estimateLwr(values, rewards, settings, watched, watch);
    case 'lwr-within':
      return estimateLwrWithin(values, rewards, groups, settings);
    case 'mean':
      return {
        estimates: [estimateMean(values, rewards, settings, settings.compared?.get(name)).estimate],
      };
    case 'penalty':
      return { estimates: [estimatePenalty(values, settings.penalty)] };
    case 'lwr-penalty':
      return estimateLwrPenalty(regressed, settings);
  }
}

/** The penalty first, then LWR on the remaining rewards. */
function estimateLwrPenalty(
  { values, rewards, watched, watch }: Regressed,
  settings: ResolvedFitSettings,
): CharacteristicBias {
  const penalty = estimatePenalty(values, settings.penalty);
  const penalties = biasesAt(penalty, values);
  const remaining = rewards.map((reward, i) => reward - penalties[i]);
  const { estimates, regression, withoutSample } = estimateLwr(values, remaining, settings, watched, watch);
  return {
    estimates: [penalty, ...estimates],
    regression,
    withoutSample: watched && withoutSample?.map((bias, k) => bias + penalties[watched[k]]),
  };
}

function sumOf(estimates: readonly BiasEstimate[], values: Float64Array): Float64Array {
  const sum = biasesAt(estimates[0], values);
  for (const estimate of estimates.slice(1)) {
    const biases = biasesAt(estimate, values);
    for (let i = 0; i < sum.length; i++) sum[i] += biases[i];
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
