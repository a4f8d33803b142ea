import { type AuditVerdict, judge } from '../audit/audit-verdict.js';
import type { BiasCurve } from '../curve/bias-curve.js';
import { calibrateColumns, sizesRemoved } from '../curve/calibrate.js';
import { chooseIterations } from '../fit/choose-iterations.js';
import { crossFit } from '../fit/cross-fit.js';
import { columnOf } from '../fit/estimate.js';
import { blaming, requireFinite } from '../fit/finite.js';
import { type Fit, fitBias, requireEnough } from '../fit/fit.js';
import type { FitSettings, ResolvedFitSettings } from '../fit/fit-settings.js';
import type { BetaDistribution } from '../statistics/beta.js';
import { ColumnOrder } from '../statistics/column-order.js';
import { type Correlations, pearson, spearman, thinEvenly } from '../statistics/correlation.js';
import { roundingBound, withoutRounding } from '../statistics/rounding.js';
import {
  accuracyOf,
  type Credits,
  creditsOf,
  type PreferenceChanges,
  type Protocol,
  preferenceChanges,
  type RowCredits,
  type SubsetAccuracy,
  subsetAccuracies,
  type Ties,
} from './accuracy.js';
import { type AlphaChoice, chooseAlphas } from './alpha-by-labels.js';
import { auditPairs, type PairAudit } from './audit-pairs.js';
import { type BootstrapSettings, gainsOf } from './bootstrap.js';
import { meansByRow } from './completions.js';
import { type Gain, gainOf } from './gain.js';
import { type LabelPreference, labelPreference } from './label-preference.js';
import { bySide, type LabelledPairs } from './pairs.js';
import { type RewardBenchScore, scoreRewardBench, strataOf } from './reward-bench.js';
import { type RewardBench2Score, scoreRewardBench2 } from './reward-bench-2.js';
import { keepRaw, unsupportedPairs, withLabelledPairs } from './supported-pairs.js';
import { explainVerdict, type Verdict } from './verdict-in-words.js';

/** Settings of an evaluation. */
export interface EvaluationSettings {
  readonly ties: Ties;
  readonly bootstrap: BootstrapSettings;
  /** Undefined: accuracy over all pairs alone. */
  readonly protocol: Protocol | undefined;
}

/** Pairs with their rewards as calibrated. */
export interface CalibratedPairs {
  readonly curves: readonly BiasCurve[];
  /** Of the samples. */
  readonly rewards: Float64Array;
  /** The pairs that keep their raw rewards at any strength: those with thin windows of RC-Mean. */
  readonly unsupported: readonly number[];
  /** Responses outside the range that was fitted. */
  readonly extrapolated: number;
  /** The settings of the fit that was made of the pairs themselves; undefined for curves from elsewhere. */
  readonly fittedBy?: ResolvedFitSettings | undefined;
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
  readonly rewardBench2?: RewardBench2Score | undefined;
  readonly preferences: PreferenceChanges;
  /** Of the first characteristic and the reward, over all responses. */
  readonly correlations: { readonly spearman: Correlations; readonly pearson: Correlations };
  readonly labelPreference: LabelPreference;
  /** Of the calibration at full strength, over pairs, whatever α and protocol are. */
  readonly audit: PairAudit & { readonly verdict: AuditVerdict };
  /** That of the audit, explained beside the accuracies. */
  readonly verdict: Verdict;
}

/**
 * The paper's protocol: fits all responses of both sides and calibrates the same. Every `auto` α is chosen by
 * the labels ({@link chooseAlphas}).
 *
 * @throws InvalidInput as {@link fitBias}.
 */
export function fitPairs(
  pairs: LabelledPairs,
  asked: FitSettings,
  distribution: BetaDistribution,
): FittedPairs {
  return blaming(pairs.samples, () => fitFinitePairs(pairs, asked, distribution));
}

function fitFinitePairs(
  pairs: LabelledPairs,
  asked: FitSettings,
  distribution: BetaDistribution,
): FittedPairs {
  const { samples } = pairs;
  requireEnough(samples);
  const chosen = chooseIterations(samples, withLabelledPairs(pairs, asked));
  const unsupported = unsupportedPairs(pairs, chosen);
  const { settings, choices } = chooseAlphas(pairs, chosen, unsupported, distribution);
  const fit = fitBias(samples, settings);
  const { rewards, extrapolated } = calibrateColumns(samples, fit.curves, false);
  return {
    fit,
    alphaChoices: choices,
    curves: fit.curves,
    rewards: keepRaw(pairs, unsupported, rewards),
    unsupported,
    extrapolated: extrapolated.length,
    fittedBy: settings,
  };
}

/** Calibrates pairs by curves that were fitted elsewhere. */
export function calibratePairs({ samples }: LabelledPairs, curves: readonly BiasCurve[]): CalibratedPairs {
  const { rewards, extrapolated } = calibrateColumns(samples, curves, false);
  return {
    curves,
    rewards,
    unsupported: [],
    extrapolated: extrapolated.length,
  };
}

/** The pairs as calibrated by fits that had not seen them. */
interface UnseenPairs {
  readonly rewards: Float64Array;
  /** Of the first characteristic and these rewards. */
  readonly spearman: number | null;
  readonly pearson: number | null;
}

/** Undefined for curves from elsewhere, and for too few pairs. */
function unseenPairs(
  pairs: LabelledPairs,
  { curves, unsupported, fittedBy }: CalibratedPairs,
): UnseenPairs | undefined {
  const { samples } = pairs;
  const calibrated = fittedBy && crossFit(samples, fittedBy);
  if (calibrated === undefined) return undefined;
  const x = thinEvenly(columnOf(samples, curves[0].characteristic));
  const bound = roundingBound(thinEvenly(samples.rewards), thinEvenly(sizesRemoved(samples, curves)));
  const settled = withoutRounding(thinEvenly(calibrated), bound);
  return {
    rewards: keepRaw(pairs, unsupported, calibrated),
    spearman: spearman(x, settled),
    pearson: pearson(x, settled),
  };
}

/**
 * Evaluates a calibration on labelled pairs (method, "How results are judged" and "Few labels").
 *
 * @throws InvalidInput as {@link gainOf}; NotFinite where a figure is not finite.
 */
export function evaluate(
  pairs: LabelledPairs,
  calibrated: CalibratedPairs,
  settings: EvaluationSettings,
  distribution: BetaDistribution,
): Evaluation {
  return blaming(pairs.samples, () => evaluateFinite(pairs, calibrated, settings, distribution));
}

function evaluateFinite(
  pairs: LabelledPairs,
  calibrated: CalibratedPairs,
  { ties, bootstrap, protocol }: EvaluationSettings,
  distribution: BetaDistribution,
): Evaluation {
  const { rewards: raw } = pairs.samples;
  const { curves } = calibrated;
  const [{ characteristic }] = curves;
  const credits = {
    raw: unitCredits(pairs, raw, ties),
    calibrated: unitCredits(pairs, calibrated.rewards, ties),
  };
  const gains = gainsOf(credits.raw, credits.calibrated);
  const accuracies = { raw: accuracyOf(credits.raw), calibrated: accuracyOf(credits.calibrated) };
  const accuracy = gainOf(accuracies, [{ gains, weight: 1 }], bootstrap);
  const subsets = subsetAccuracies(pairs.subsets, credits.raw, credits.calibrated);
  const preference = labelPreference(pairs, calibrated.rewards, characteristic);
  const audit = auditPairs(pairs, curves, calibrated.unsupported);
  const verdict = judge(audit.evidence, audit.pool, distribution);
  const unseen = unseenPairs(pairs, calibrated);
  const evaluation = {
    accuracy: {
      ...accuracy,
      outOfSample: unseen ? accuracyOf(unitCredits(pairs, unseen.rewards, ties)) : null,
    },
    subsets,
    rewardBench:
      protocol === 'reward-bench'
        ? gainOf(scoreRewardBench(subsets), strataOf(subsets, pairs.subsets, gains), bootstrap)
        : undefined,
    rewardBench2:
      pairs.completions &&
      scoreRewardBench2(pairs.completions, pairs.subsets, { raw, calibrated: calibrated.rewards }, bootstrap),
    preferences: preferenceChanges(bySide(pairs, raw), bySide(pairs, calibrated.rewards)),
    correlations: correlationsOf(pairs, calibrated.rewards, characteristic, unseen),
    labelPreference: preference,
    audit: { ...audit, verdict },
    verdict: explainVerdict({ verdict, curves, ties, protocol, preference }),
  };
  requireFinite(evaluation);
  return evaluation;
}

/** The credit of each pair; of rows of completions, which have several pairs, the mean of each row. */
function unitCredits(pairs: LabelledPairs, rewards: Float64Array, ties: Ties): Credits | RowCredits {
  const credits = creditsOf(bySide(pairs, rewards), ties);
  const { completions, prompts } = pairs;
  return completions === undefined ? credits : meansByRow(completions.correct.length, prompts, credits);
}

function correlationsOf(
  { samples }: LabelledPairs,
  rewards: Float64Array,
  characteristic: string,
  unseen: UnseenPairs | undefined,
): Evaluation['correlations'] {
  const order = new ColumnOrder();
  const x = thinEvenly(columnOf(samples, characteristic));
  const before = thinEvenly(samples.rewards);
  const calibrated = thinEvenly(rewards);
  const removed = before.map((reward, i) => Math.abs(reward - calibrated[i]));
  const after = withoutRounding(calibrated, roundingBound(before, removed));
  return {
    spearman: {
      before: order.spearman(x, before),
      after: order.spearman(x, after),
      crossFitted: unseen?.spearman ?? null,
    },
    pearson: {
      before: order.pearson(x, before),
      after: order.pearson(x, after),
      crossFitted: unseen?.pearson ?? null,
    },
  };
}
