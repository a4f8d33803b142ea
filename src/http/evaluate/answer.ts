import { z } from 'zod';
import { TIES } from '../../calibration/evaluation/accuracy.js';
import type { AlphaChoice } from '../../calibration/evaluation/alpha-by-labels.js';
import type { Evaluation, EvaluationSettings } from '../../calibration/evaluation/evaluate.js';
import type { Preference } from '../../calibration/evaluation/label-preference.js';
import {
  type AuditDocument,
  auditDocument,
  subjectOf,
  toAuditDocument,
} from '../../curves/audit-document.js';
import {
  settingsFields as shownSettings,
  toCorrelations,
  toDiagnostics,
} from '../../curves/curve-document.js';
import { curveDocument } from '../../curves/document-schema.js';
import { pickSettings, removedCharacteristic, toRemoved } from '../curves/schema.js';
import type { FinishedEvaluation } from './evaluation.js';
import { gain, rawAndCalibrated, share, toGain } from './gain-answer.js';
import { rewardBench2, toRewardBench2 } from './reward-bench-2-answer.js';

const preference = z.object({
  share: share.describe('Of the pairs: the preferred response has more of the characteristic; ties half'),
  standardised_difference: z
    .number()
    .nullable()
    .describe('Mean of c(preferred) − c(other), in standard deviations of c over all responses'),
});

const { spearman, pearson, warnings } = curveDocument.shape.diagnostics.shape;
const audited = auditDocument.shape;

const alphaChoice = z.object({
  name: z.string(),
  alpha: audited.alpha,
  code: audited.verdict.shape.code,
  strength: audited.verdict.shape.strength,
  probability: audited.probability,
  gain: audited.gain,
  interval: audited.interval,
  labels: audited.labels,
  share_disputed: audited.share_disputed,
  effective_share: audited.effective_share,
});

export const evaluateAnswer = z
  .object({
    reward_model: z.string().nullable().describe('Whose curve was evaluated; null where one was fitted'),
    version: z.int().nullable(),
    ...pickSettings,
    characteristics: z.array(removedCharacteristic).describe('With the alpha that was used'),
    alpha_choices: z
      .array(alphaChoice)
      .describe(
        'Where alpha was `auto`: that of the verdict of the labels on removing the bias in this characteristic at alpha = 1 from what earlier ones left',
      ),
    pairs: z.int().describe('Under RewardBench 2 every right with every wrong completion of a row is one'),
    left_as_they_are: z.int().describe('`mean`: pairs with too few samples in a window'),
    extrapolated: z.int().describe('Responses outside the fitted range of the curve'),
    ties: z.enum(TIES),
    accuracy: z
      .object({
        ...gain,
        resamples: z.int(),
        seed: z.int(),
        out_of_sample: share
          .nullable()
          .describe(
            'Calibrated by fits that had not seen the pair (five folds); an alpha that is `auto` has seen all labels. Null where nothing was fitted, or too few pairs',
          ),
      })
      .describe(
        'Share of pairs whose chosen response has the higher reward; under RewardBench 2 the mean over rows of that share, and the interval resamples rows',
      ),
    subsets: z.array(z.object({ name: z.string(), count: z.int(), ...rawAndCalibrated })),
    reward_bench: z
      .object({
        ...gain,
        sections: z.array(z.object({ name: z.string(), ...rawAndCalibrated, subsets: z.array(z.string()) })),
        missing_subsets: z
          .array(z.string())
          .describe('Without pairs: a score without them is not comparable with a published one'),
      })
      .optional()
      .describe(
        'With `"protocol": "reward-bench"`: the mean of the sections that have pairs, with the example counts that the paper uses; the interval resamples within subsets',
      ),
    reward_bench_2: rewardBench2
      .optional()
      .describe(
        'With `"protocol": "reward-bench-2"`: the mean of the subsets that have rows, as its leaderboard has it; the interval resamples within subsets, of Ties prompts',
      ),
    preferences: z
      .object({ to_chosen: z.int(), to_rejected: z.int(), unchanged: z.int(), tied: z.int() })
      .describe('How many pairs changed which response is preferred; `tied`: equal rewards before or after'),
    correlations: z
      .object({ characteristic: z.string(), spearman, pearson })
      .describe(
        'Of the first characteristic and the reward, over all responses; null where a column is constant, or calibrated rewards differ by rounding errors only',
      ),
    label_preference: z
      .object({ characteristic: z.string(), labels: preference, raw: preference, calibrated: preference })
      .describe(
        'How strongly labels and rewards prefer more of the first characteristic. Where rewards favour it, calibration tends to help if they do so more than the labels, and to hurt if the labels really prefer it',
      ),
    share_disputed: audited.share_disputed,
    strength_estimate: audited.strength_estimate.describe(
      'The strength that a Bradley-Terry model of the labels expects most of, beside the verdict, not instead; of 5,000 evenly spaced pairs where there are more. Null where all pairs have equal rewards',
    ),
    verdict: audited.verdict.describe(
      'Whether the labels speak for calibration at full strength (alpha = 1 for every characteristic), whatever alpha is used here; over pairs, with a protocol, too. Pairs of equal rewards count half',
    ),
    audit: auditDocument.describe(
      'The statistics of that verdict; the document that `/v1/curves/audit` takes. Labels of one prompt count for less than as many independent ones; a pair without a prompt is taken for the only one of its prompt',
    ),
    warnings: warnings.describe('Of the fit: what to look at before trusting the curve'),
    diagnostics: curveDocument.shape.diagnostics.omit({ warnings: true }).describe('Of the fit'),
  })
  .meta({ id: 'EvaluateAnswer', description: 'Accuracy before and after, with what it rests on' });

type EvaluateAnswer = z.infer<typeof evaluateAnswer>;

/** The answer to an evaluation. */
export function toEvaluateAnswer({
  evaluation,
  evaluationSettings,
  settings,
  calibrated,
  alphaChoices,
  ...finished
}: FinishedEvaluation): EvaluateAnswer {
  const { warnings: seen = [], ...diagnostics } = toDiagnostics(finished.diagnostics);
  return {
    reward_model: finished.curve?.rewardModel ?? null,
    version: finished.curve?.version ?? null,
    ...shownSettings(settings),
    characteristics: calibrated.curves.map(toRemoved),
    alpha_choices: alphaChoices.map(toAlphaChoice),
    pairs: finished.count,
    left_as_they_are: calibrated.leftAsTheyAre,
    extrapolated: calibrated.extrapolated,
    ties: evaluationSettings.ties,
    ...toAccuracies(evaluation, evaluationSettings),
    ...toPreferences(evaluation),
    ...toVerdict(evaluation, finished),
    warnings: seen,
    diagnostics,
  };
}

function toAccuracies(
  { accuracy, subsets, rewardBench, rewardBench2: score2 }: Evaluation,
  { bootstrap }: EvaluationSettings,
) {
  return {
    accuracy: { ...toGain(accuracy), ...bootstrap, out_of_sample: accuracy.outOfSample },
    subsets: [...subsets],
    ...(rewardBench && { reward_bench: toRewardBench(rewardBench) }),
    ...(score2 && { reward_bench_2: toRewardBench2(score2) }),
  };
}

function toVerdict({ audit, verdict }: Evaluation, { curve }: Pick<FinishedEvaluation, 'curve'>) {
  const document: AuditDocument = toAuditDocument({
    subject: subjectOf(curve, 'pairs'),
    ...audit,
  });
  const { share_disputed, strength_estimate } = document;
  return { share_disputed, strength_estimate, verdict: { ...verdict }, audit: document };
}

function toPreferences({ preferences, correlations, labelPreference }: Evaluation) {
  const { characteristic, labels, raw, calibrated } = labelPreference;
  return {
    preferences: {
      to_chosen: preferences.toChosen,
      to_rejected: preferences.toRejected,
      unchanged: preferences.unchanged,
      tied: preferences.tied,
    },
    correlations: {
      characteristic,
      spearman: toCorrelations(correlations.spearman),
      pearson: toCorrelations(correlations.pearson),
    },
    label_preference: {
      characteristic,
      labels: toPreference(labels),
      raw: toPreference(raw),
      calibrated: toPreference(calibrated),
    },
  };
}

function toPreference({ share: higher, standardisedDifference }: Preference) {
  return { share: higher, standardised_difference: standardisedDifference };
}

function toRewardBench(score: NonNullable<Evaluation['rewardBench']>) {
  return {
    ...toGain(score),
    sections: score.sections.map((section) => ({ ...section, subsets: [...section.subsets] })),
    missing_subsets: [...score.missingSubsets],
  };
}

function toAlphaChoice({ characteristic, evidence, pool, verdict }: AlphaChoice) {
  const { alpha, code, strength, probability, gain: expected, interval } = verdict;
  return {
    name: characteristic,
    alpha,
    code,
    strength,
    probability,
    gain: expected,
    interval: [...interval] satisfies [number, number],
    labels: evidence.labels,
    share_disputed: pool.shareDisputed,
    effective_share: pool.effectiveShare,
  };
}
