import { basename } from 'node:path';
import { z } from 'zod';
import type { BiasCurve } from '../../calibration/curve/bias-curve.js';
import { ESTIMATORS } from '../../calibration/fit/fit-settings.js';
import { auditDocument } from '../../curves/audit-document.js';
import { settingsFields, toDiagnostics } from '../../curves/curve-document.js';
import type { CurveHistory, FittedCurve, VersionedCurve } from '../../curves/curve-history.js';
import { curveDocument } from '../../curves/document-schema.js';
import { rewardModelName } from '../../curves/reward-model-name.js';
import type { UnreadableCurves } from '../../curves/stores/curve-store.js';
import type { FitPart } from '../../lowess/stopwatch.js';
import type { StoredFit } from '../../service/fit-and-store.js';
import { rollbackExamples } from '../schemas/examples.js';

/** A version in a query string. */
export const version = z.coerce
  .number({ error: 'must be given, as a whole number from 1' })
  .int()
  .min(1)
  .meta({ examples: [2] });

const { frac, iterations, penalty, ratio, min_samples, diagnostics } = curveDocument.shape;

/** The settings as answers show them. */
export const pickSettings = { estimator: z.enum(ESTIMATORS), frac, iterations, penalty, ratio, min_samples };

/** One curve of a fit. */
export const removedCharacteristic = z.object({
  name: z.string(),
  alpha: z.number(),
  knots: z.int().describe('How many knots the curve has'),
  range: z.tuple([z.number(), z.number()]).describe('Fitted range of the characteristic'),
});

const seconds = z.number().min(0).optional();

/** What the parts of a fit took, in answers to fits alone: no curve keeps it. */
export const fitSeconds = z
  .object({
    curve: seconds.describe('With the choice of frac, alpha and iterations'),
    standard_errors: seconds,
    cross_fit: seconds,
    correlations: seconds,
    warnings: seconds,
    joint_counts: seconds,
    calibration: seconds,
  } satisfies Record<FitPart, unknown>)
  .describe(
    'Of the parts that the fit had; `fit_seconds` is the whole, everything that the answer holds. Not kept with the curve',
  );

/** The fields of a fitted curve in answers, without its knots. */
export const fittedFields = {
  ...pickSettings,
  characteristics: z.array(removedCharacteristic),
  samples: z.int().describe('How many samples were fitted'),
  diagnostics,
};

export const curveSummary = z
  .object({
    reward_model: rewardModelName,
    version: z.int(),
    fitted_at: z.string().describe('ISO 8601, UTC'),
    ...fittedFields,
    audit: auditDocument
      .nullable()
      .describe(
        'The verdict of labels on this curve, as attached by PUT /v1/curves/audit. Null where there is none, as after every fit: without labels nobody knows whether to calibrate',
      ),
  })
  .meta({ id: 'CurveSummary', description: 'One version of a curve, without its knots' });

export type CurveSummary = z.infer<typeof curveSummary>;

/** The answer to a fit: the curve, and what the parts of the fit took. */
export const fitSummary = curveSummary
  .extend({ diagnostics: diagnostics.extend({ seconds: fitSeconds }) })
  .meta({
    id: 'FitSummary',
    description: 'The fitted curve, without its knots: durable, and the current version',
  });

export const curveHistory = z
  .object({ reward_model: rewardModelName, current: z.int().nullable(), versions: z.array(curveSummary) })
  .meta({ id: 'CurveHistory', description: 'The versions of one reward model' });

const unreadable = z
  .object({
    reward_model: rewardModelName.nullable().describe('Null where nothing that is stored names it'),
    key: z.string().describe("SHA-256 of the reward model's name, which is the name of its folder"),
    reason: z.string(),
  })
  .meta({ id: 'UnreadableCurves' });

const observed = z
  .object({ reward_model: rewardModelName, samples: z.int().describe('How many are held for a refit') })
  .meta({ id: 'ObservedRewardModel' });

export const curveList = z
  .object({
    curves: z.array(curveSummary),
    observed: z
      .array(observed)
      .describe(
        'Reward models without a curve of which samples were observed; they count for MAX_REWARD_MODELS',
      ),
    unreadable: z
      .array(unreadable)
      .describe('Stored curves that cannot be read: what needs them answers 503 `curve-unreadable`'),
  })
  .meta({
    id: 'CurveList',
    description: 'Every reward model: its current curve, or what else there is of it',
  });

export const curvesQuery = z
  .strictObject({ reward_model: rewardModelName.optional(), version: version.optional() })
  .refine((query) => query.version === undefined || query.reward_model !== undefined, {
    path: ['reward_model'],
    message: 'is needed with "version"',
  });

export const deleteQuery = z.strictObject({ reward_model: rewardModelName, version: version.optional() });

export const deleteAnswer = z
  .object({ reward_model: rewardModelName, deleted: z.array(z.int()).describe('The versions that are gone') })
  .meta({ id: 'DeleteAnswer', description: 'The versions that are deleted' });

export const rollbackBody = z
  .strictObject({
    reward_model: rewardModelName,
    version: z.int().min(1).optional().describe('By default the version before the current one'),
  })
  .meta({ id: 'RollbackRequest', examples: rollbackExamples });

/** Stored curves that cannot be read, without their paths on disk. */
export function toUnreadable({ rewardModel, key, place, reason }: UnreadableCurves) {
  return { reward_model: rewardModel ?? null, key, reason: `${basename(place)} ${reason}` };
}

/** A curve in the API, without its knots. */
export function toSummary(curve: VersionedCurve): CurveSummary {
  return {
    reward_model: curve.rewardModel,
    version: curve.version,
    fitted_at: curve.fittedAt,
    ...toFitted(curve),
    audit: curve.audit,
  };
}

/** The answer to a fit. */
export function toFitSummary({ curve, seconds }: StoredFit): z.infer<typeof fitSummary> {
  const summary = toSummary(curve);
  return { ...summary, diagnostics: { ...summary.diagnostics, seconds } };
}

/** The fields of a fitted curve in answers; see {@link fittedFields}. */
export function toFitted({
  settings,
  curves,
  samples,
  diagnostics: fitDiagnostics,
}: Pick<FittedCurve, 'settings' | 'curves' | 'samples' | 'diagnostics'>) {
  return {
    ...settingsFields(settings),
    characteristics: curves.map(toRemoved),
    samples,
    diagnostics: toDiagnostics(fitDiagnostics),
  };
}

/** The curve of one characteristic in the API, without its knots. */
export function toRemoved({
  characteristic,
  alpha,
  knots,
}: BiasCurve): z.infer<typeof removedCharacteristic> {
  return { name: characteristic, alpha, knots: knots.length, range: [knots.at(0) ?? 0, knots.at(-1) ?? 0] };
}

/** The versions of a reward model, oldest first. */
export function toHistory(history: CurveHistory): z.infer<typeof curveHistory> {
  return {
    reward_model: history.rewardModel,
    current: history.current,
    versions: history.versions.map(toSummary),
  };
}
