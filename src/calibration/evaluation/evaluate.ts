import type { BiasCurve } from '../curve/bias-curve.js';
import { calibrateColumns } from '../curve/calibrate.js';
import { chooseIterations } from '../fit/choose-iterations.js';
import { crossFit } from '../fit/cross-fit.js';
import { columnOf } from '../fit/estimate.js';
import { blaming, requireFinite } from '../fit/finite.js';
import { type Fit, fitBias } from '../fit/fit.js';
import type { FitSettings } from '../fit/fit-settings.js';
import { type Correlations, pearson, spearman, thinEvenly } from '../statistics/correlation.js';
import { roundingBound, withoutRounding } from '../statistics/rounding.js';
import {
  accuracyOf,
  type Credits,
  creditsOf,
  type PreferenceChanges,
  preferenceChanges,
  type RawAndCalibrated,
  type SubsetAccuracy,
  subsetAccuracies,
  type Ties,
} from './accuracy.js';
import { type AlphaChoice, chooseAlphas } from './alpha-by-labels.js';
import { type BootstrapSettings, gainInterval, gainsOf, type Stratum } from './bootstrap.js';
import { type LabelPreference, labelPreference } from './label-preference.js';
import type { LabelledPairs } from './pairs.js';
import { type RewardBenchScore, scoreRewardBench, strataOf } from './reward-bench.js';
import { keepRaw, unsupportedPairs, withLabelledPairs } from './supported-pairs.js';
import { type Gain, type Verdict, verdictOf } from './verdict.js';

/** Settings of an evaluation. */
export interface EvaluationSettings {
  readonly ties: Ties;
  readonly bootstrap: BootstrapSettings;
  /** Undefined: accuracy over all pairs alone. */
  readonly protocol: 'reward-bench' | undefined;
}

/** Pairs with their rewards as calibrated. */
export interface CalibratedPairs {
  readonly curves: readonly BiasCurve[];
  /** Of all chosen and then all rejected responses. */
  readonly rewards: Float64Array;
  /** The number of pairs that keep their raw rewards: those with thin windows of RC-Mean. */
  readonly leftAsTheyAre: number;
  /** Responses outside the range that was fitted. */
  readonly extrapolated: number;
  /** Rewards calibrated by fits without the pair; undefined without a fit or with too few pairs. */
  readonly outOfSample?: Float64Array | undefined;
  /** What the fit says of its samples' cross-fitted correlations. */
  readonly crossFitted: { readonly spearman: number | null; readonly pearson: number | null };
}

/** The pairs calibrated by a fit of their own. */
export interface FittedPairs extends CalibratedPairs {
  readonly fit: Fit;
  readonly alphaChoices: readonly AlphaChoice[];
}

/** The evaluation of a calibration on labelled pairs. Accuracies are shares, 0 … 1. */
export interface Evaluation {
  readonly accuracy: Gain & { readonly outOfSample: number | null };
  readonly subsets: readonly SubsetAccuracy[];
  readonly rewardBench?: (RewardBenchScore & Gain) | undefined;
  readonly preferences: PreferenceChanges;
  /** Of the first characteristic and the reward, over all responses. */
  readonly correlations: { readonly spearman: Correlations; readonly pearson: Correlations };
  readonly labelPreference: LabelPreference;
  readonly verdict: Verdict;
}

/**
 * The paper's protocol: fits all responses of both sides and calibrates the same. Every `auto` α is chosen by
 * the labels.
 *
 * @throws InvalidInput as {@link fitBias}.
 */
export function fitPairs(pairs: LabelledPairs, asked: FitSettings, ties: Ties): FittedPairs {
  return blaming(pairs.samples, () => fitFinitePairs(pairs, asked, ties));
}

function fitFinitePairs(pairs: LabelledPairs, asked: FitSettings, ties: Ties): FittedPairs {
  const { samples } = pairs;
  const chosen = chooseIterations(samples, withLabelledPairs(pairs, asked));
  const unsupported = unsupportedPairs(pairs, chosen);
  const { settings, choices } = chooseAlphas(pairs, chosen, { ties, unsupported });
  const fit = fitBias(samples, settings);
  const { spearman: ranks, pearson: values } = fit.diagnostics;
  const { rewards, extrapolated } = calibrateColumns(samples, fit.curves, false);
  const outOfSample = crossFit(samples, settings);
  return {
    fit,
    alphaChoices: choices,
    curves: fit.curves,
    rewards: keepRaw(pairs, unsupported, rewards),
    leftAsTheyAre: unsupported.length,
    extrapolated: extrapolated.length,
    outOfSample: outOfSample && keepRaw(pairs, unsupported, outOfSample),
    crossFitted: { spearman: ranks.crossFitted, pearson: values.crossFitted },
  };
}

/** Calibrates pairs by curves that were fitted elsewhere. */
export function calibratePairs({ samples }: LabelledPairs, curves: readonly BiasCurve[]): CalibratedPairs {
  const { rewards, extrapolated } = calibrateColumns(samples, curves, false);
  return {
    curves,
    rewards,
    leftAsTheyAre: 0,
    extrapolated: extrapolated.length,
    crossFitted: { spearman: null, pearson: null },
  };
}

/**
 * Evaluates a calibration on labelled pairs (method, "How results are judged").
 *
 * @throws InvalidInput as {@link gainInterval}; NotFinite where a figure is not finite.
 */
export function evaluate(
  pairs: LabelledPairs,
  calibrated: CalibratedPairs,
  { ties, bootstrap, protocol }: EvaluationSettings,
): Evaluation {
  const { rewards: raw } = pairs.samples;
  const [{ characteristic }] = calibrated.curves;
  const credits = { raw: creditsOf(raw, ties), calibrated: creditsOf(calibrated.rewards, ties) };
  const gains = gainsOf(credits.raw, credits.calibrated);
  const accuracy = gainOf(accuraciesOf(credits), [{ gains, weight: 1 }], bootstrap);
  const subsets = subsetAccuracies(pairs.subsets, credits.raw, credits.calibrated);
  const rewardBench =
    protocol === undefined
      ? undefined
      : gainOf(scoreRewardBench(subsets), strataOf(subsets, pairs.subsets, gains), bootstrap);
  const preference = labelPreference(pairs, calibrated.rewards, characteristic);
  const evaluation = {
    accuracy: { ...accuracy, outOfSample: outOfSampleAccuracy(calibrated, ties) },
    subsets,
    rewardBench,
    preferences: preferenceChanges(raw, calibrated.rewards),
    correlations: correlationsOf(pairs, calibrated, characteristic),
    labelPreference: preference,
    verdict: rewardBench
      ? verdictOf('RewardBench score', rewardBench, preference)
      : verdictOf('accuracy', accuracy, preference),
  };
  requireFinite(evaluation);
  return evaluation;
}

function accuraciesOf({ raw, calibrated }: { raw: Credits; calibrated: Credits }): RawAndCalibrated {
  return { raw: accuracyOf(raw), calibrated: accuracyOf(calibrated) };
}

function gainOf<Measured extends RawAndCalibrated>(
  measured: Measured,
  strata: readonly Stratum[],
  bootstrap: BootstrapSettings,
): Measured & Gain {
  const interval = gainInterval(strata, bootstrap);
  return { ...measured, gain: measured.calibrated - measured.raw, interval };
}

function outOfSampleAccuracy({ outOfSample }: CalibratedPairs, ties: Ties): number | null {
  return outOfSample === undefined ? null : accuracyOf(creditsOf(outOfSample, ties));
}

function correlationsOf(
  { samples }: LabelledPairs,
  { rewards, crossFitted }: CalibratedPairs,
  characteristic: string,
): Evaluation['correlations'] {
  const x = thinEvenly(columnOf(samples, characteristic));
  const before = thinEvenly(samples.rewards);
  const calibrated = thinEvenly(rewards);
  const removed = before.map((reward, i) => Math.abs(reward - calibrated[i]));
  const after = withoutRounding(calibrated, roundingBound(before, removed));
  return {
    spearman: { before: spearman(x, before), after: spearman(x, after), crossFitted: crossFitted.spearman },
    pearson: { before: pearson(x, before), after: pearson(x, after), crossFitted: crossFitted.pearson },
  };
}
