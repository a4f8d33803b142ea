import { z } from 'zod';
import type { Correlations } from '../calibration/correlation.js';
import { InvalidInput } from '../calibration/errors.js';
import { DEFAULT_FIT_SETTINGS, ESTIMATORS, type FitSettings } from '../calibration/fit-settings.js';
import { MAX_CHARACTERISTICS } from '../calibration/samples.js';
import { type FittedCurve, LAST_VERSION } from './curve-history.js';
import { rewardModelName } from './reward-model-name.js';

/** Older services wrote perfect correlations a few units in the last place beyond 1. */
const correlation = z.number().min(-1.0000001).max(1.0000001).nullable();
const correlations = z.strictObject({
  before: correlation,
  after: correlation,
  cross_fitted: correlation
    .optional()
    .describe('After calibration by fits that had not seen the samples (five folds)'),
});

const warning = z.strictObject({
  code: z.string().max(64).describe('Stable, for machines'),
  message: z.string().max(2_000).describe('What was seen, what it means, what to do'),
});

const biasCurve = z
  .strictObject({
    name: z.string().min(1).max(64).describe('The characteristic'),
    alpha: z.number().describe('Calibration strength: alpha · bias is subtracted'),
    mean_bias: z.number().describe('Mean bias over the fitted samples'),
    knots: z.array(z.number()).min(1).describe('Values of the characteristic, strictly ascending'),
    biases: z.array(z.number()).min(1).describe('Bias at each knot; linear in between'),
    standard_errors: z
      .array(z.number().min(0))
      .optional()
      .describe('Standard error of the bias at each knot, in units of reward'),
    beyond: z
      .enum(['hold', 'line'])
      .optional()
      .describe('Beyond the knots: the end value (by default), or the last line continued'),
  })
  .superRefine((curve, context) => {
    for (const column of ['biases', 'standard_errors'] as const) {
      if ((curve[column]?.length ?? curve.knots.length) !== curve.knots.length) {
        context.addIssue({ code: 'custom', path: [column], message: 'must be as long as "knots"' });
      }
    }
    if (curve.beyond === 'line' && curve.knots.length < 2) {
      context.addIssue({ code: 'custom', path: ['knots'], message: 'a line needs two' });
    }
    const disorder = curve.knots.findIndex((knot, i) => i > 0 && !(knot > (curve.knots[i - 1] ?? knot)));
    if (disorder > 0) {
      context.addIssue({
        code: 'custom',
        path: ['knots', disorder],
        message: 'must be above the knot before',
      });
    }
  });

const regression = z.strictObject({
  name: z.string().min(1).max(64).describe('The characteristic'),
  frac: z.number().gt(0).max(1).describe('The frac that was used'),
  frac_losses: z
    .array(z.strictObject({ frac: z.number().gt(0).max(1), loss: z.number().min(0) }))
    .optional()
    .describe('Where frac was chosen: mean |reward − prediction by the other samples| of every candidate'),
  effective_degrees_of_freedom: z
    .number()
    .describe('Trace of the smoother: 2 for a straight line, more the more the curve bends'),
  standard_error: z
    .strictObject({ mean: z.number().min(0), largest: z.number().min(0) })
    .describe(
      'Standard error of the bias, in units of reward: mean over the samples, and the largest of all',
    ),
  back_fitting: z
    .strictObject({ passes: z.int().min(1), settled: z.boolean() })
    .optional()
    .describe(
      '`lwr-within`: how often the curve and the levels of the prompts were fitted in turn, and whether they came to rest',
    ),
});

/** What frac may be: a share of the samples, or chosen by cross-validation. */
export const fracSetting = z.union([z.number().gt(0).max(1), z.literal('auto')], {
  error: 'must be above 0 and at most 1, or "auto"',
});

/** A smoother with more reweightings than this has long converged (R and statsmodels default to 3). */
const MAX_ITERATIONS = 20;

/** What iterations may be: a number, or chosen by cross-fitting. */
export const iterationsSetting = z.union([z.int().min(0).max(MAX_ITERATIONS), z.literal('auto')], {
  error: `must be a whole number from 0 to ${MAX_ITERATIONS}, or "auto"`,
});

/** Reward per unit of the characteristic. */
export const penaltySetting = z.number();

/** Mean: mean |c₁ − c₂| over this is how far a window reaches. */
export const ratioSetting = z.number().gt(0);

/** Mean: least samples in a window. */
export const minSamplesSetting = z.int().min(1);

/** A characteristic may have two curves: the penalty, and what LWR finds behind it. */
const MAX_CURVES = 2 * MAX_CHARACTERISTICS;

/**
 * The exported form of a curve: a self-contained JSON document. `schema_version` changes when an older service could
 * no longer read it. Numbers are JSON's shortest round-trip doubles, so an import calibrates to the bit as the origin.
 */
export const curveDocument = z
  .strictObject({
    schema_version: z.literal(1),
    reward_model: rewardModelName,
    version: z
      .int()
      .min(1)
      .optional()
      .describe('The version at the exporting service; an import gets a new one'),
    fitted_at: z.iso.datetime(),
    estimator: z.enum(ESTIMATORS),
    frac: fracSetting.describe('As asked for; what `auto` chose is in the diagnostics'),
    iterations: iterationsSetting.describe('As asked for; what `auto` chose is in the diagnostics'),
    penalty: penaltySetting.optional(),
    ratio: ratioSetting.optional(),
    min_samples: minSamplesSetting.optional(),
    samples: z.int().min(1),
    characteristics: z.array(biasCurve).min(1).max(MAX_CURVES),
    reward_scale: z
      .strictObject({ mean: z.number(), scale: z.number().min(0) })
      .optional()
      .describe('Of the calibrated rewards of the fitted samples: mean, and median |deviation| ÷ 0.6745'),
    diagnostics: z.strictObject({
      spearman: correlations,
      pearson: correlations,
      residual_scale: z.number().min(0),
      robust_weight_removed: z.number().min(0).max(1),
      fit_seconds: z.number().min(0),
      iterations: z.int().min(0).optional().describe('That were used'),
      warnings: z.array(warning).max(32).optional().describe('What to look at before trusting the curve'),
      characteristics: z
        .array(regression)
        .max(MAX_CHARACTERISTICS)
        .optional()
        .describe('One for each characteristic'),
    }),
  })
  .meta({
    id: 'CurveDocument',
    description: 'A fitted curve as exported, stored and imported',
    examples: [
      {
        schema_version: 1,
        reward_model: 'org/imported',
        version: 3,
        fitted_at: '2026-11-23T09:30:00.000Z',
        estimator: 'lwr',
        frac: 0.5,
        iterations: 3,
        samples: 1_200,
        characteristics: [
          {
            name: 'chars',
            alpha: 1,
            mean_bias: 0.42,
            knots: [40, 400, 1_600],
            biases: [-0.5, 0.6, 1.1],
            standard_errors: [0.08, 0.05, 0.09],
          },
        ],
        reward_scale: { mean: 0.9, scale: 0.6 },
        diagnostics: {
          spearman: { before: 0.31, after: -0.01 },
          pearson: { before: 0.28, after: 0 },
          residual_scale: 0.7,
          robust_weight_removed: 0.08,
          fit_seconds: 0.004,
          characteristics: [
            {
              name: 'chars',
              frac: 0.5,
              effective_degrees_of_freedom: 4.2,
              standard_error: { mean: 0.05, largest: 0.09 },
            },
          ],
        },
      },
    ],
  });

/** UTF-8 bytes of a curve as it is stored: more are neither written nor read. */
export const MAX_DOCUMENT_BYTES = 64 * 2 ** 20;

export type CurveDocument = z.infer<typeof curveDocument>;

/** The document of a curve; `fromDocument(toDocument(curve))` is the same curve to the bit. */
export function toDocument(curve: FittedCurve & { readonly version?: number }): CurveDocument {
  return {
    schema_version: 1,
    reward_model: curve.rewardModel,
    ...(curve.version === undefined ? {} : { version: curve.version }),
    fitted_at: curve.fittedAt,
    ...settingsFields(curve.settings),
    samples: curve.samples,
    characteristics: curve.curves.map((part) => ({
      name: part.characteristic,
      alpha: part.alpha,
      mean_bias: part.meanBias,
      knots: Array.from(part.knots),
      biases: Array.from(part.biases),
      ...(part.standardErrors && { standard_errors: Array.from(part.standardErrors) }),
      ...(part.beyond === 'line' && { beyond: part.beyond }),
    })),
    ...(curve.rewardScale && { reward_scale: curve.rewardScale }),
    diagnostics: toDiagnostics(curve.diagnostics),
  };
}

/**
 * Checks that the document of a curve can be read back. What is acknowledged must be there after a restart, and a store that cannot
 * be read stops the start.
 *
 * @throws InvalidInput `unreadable-curve`, naming the field of the document.
 */
export function requireReadable(curve: FittedCurve): void {
  const document = toDocument({ ...curve, version: LAST_VERSION });
  const { error } = curveDocument.safeParse(document);
  const [issue] = error?.issues ?? [];
  if (issue !== undefined) throw cannotBeStored(`${issue.path.join('.')}: ${issue.message}`);
  const bytes = Buffer.byteLength(JSON.stringify(document));
  if (bytes > MAX_DOCUMENT_BYTES)
    throw cannotBeStored(
      `it takes ${bytes} bytes, at most ${MAX_DOCUMENT_BYTES} are possible: fit fewer distinct values`,
    );
}

function cannotBeStored(reason: string): InvalidInput {
  return new InvalidInput(`the fitted curve cannot be stored: ${reason}`, [], 'unreadable-curve');
}

/** The diagnostics of a curve as the document and the API show them. */
export function toDiagnostics(diagnostics: FittedCurve['diagnostics']): CurveDocument['diagnostics'] {
  return {
    spearman: toCorrelations(diagnostics.spearman),
    pearson: toCorrelations(diagnostics.pearson),
    residual_scale: diagnostics.residualScale,
    robust_weight_removed: diagnostics.robustWeightRemoved,
    fit_seconds: diagnostics.fitSeconds,
    iterations: diagnostics.iterations,
    warnings: [...diagnostics.warnings],
    characteristics: diagnostics.characteristics.map((part) => ({
      name: part.characteristic,
      frac: part.frac,
      ...(part.fracLosses && { frac_losses: [...part.fracLosses] }),
      effective_degrees_of_freedom: part.effectiveDegreesOfFreedom,
      standard_error: part.standardError,
      ...(part.backFitting && { back_fitting: part.backFitting }),
    })),
  };
}

/** The settings of a fit as the document and the API show them: those of other estimators are left out. */
export function settingsFields({ estimator, frac, iterations, penalty, ratio, minSamples }: FitSettings) {
  return {
    estimator,
    frac,
    iterations,
    ...(estimator.endsWith('penalty') && { penalty }),
    ...(estimator === 'mean' && { ratio, min_samples: minSamples }),
  };
}

/** Correlations as the document and the API show them. */
export function toCorrelations({ before, after, crossFitted }: Correlations) {
  return { before, after, cross_fitted: crossFitted };
}

function fromCorrelations(given: z.infer<typeof correlations>): Correlations {
  return { before: given.before, after: given.after, crossFitted: given.cross_fitted ?? null };
}

/** The settings of a document: as asked for, but for each α, which is the one that was used. */
function fromSettings(document: CurveDocument): FitSettings {
  const alphas = new Map(document.characteristics.map(({ name, alpha }) => [name, alpha]));
  return {
    estimator: document.estimator,
    frac: document.frac,
    iterations: document.iterations,
    characteristics: [...alphas].map(([name, alpha]) => ({ name, alpha })),
    penalty: document.penalty ?? DEFAULT_FIT_SETTINGS.penalty,
    ratio: document.ratio ?? DEFAULT_FIT_SETTINGS.ratio,
    minSamples: document.min_samples ?? DEFAULT_FIT_SETTINGS.minSamples,
  };
}

/** The curve of a validated document. */
export function fromDocument(document: CurveDocument): FittedCurve {
  const { diagnostics } = document;
  return {
    rewardModel: document.reward_model,
    fittedAt: document.fitted_at,
    settings: fromSettings(document),
    samples: document.samples,
    rewardScale: document.reward_scale,
    curves: document.characteristics.map((part) => ({
      characteristic: part.name,
      alpha: part.alpha,
      meanBias: part.mean_bias,
      knots: Float64Array.from(part.knots),
      biases: Float64Array.from(part.biases),
      standardErrors: part.standard_errors && Float64Array.from(part.standard_errors),
      beyond: part.beyond ?? 'hold',
    })),
    diagnostics: {
      spearman: fromCorrelations(diagnostics.spearman),
      pearson: fromCorrelations(diagnostics.pearson),
      iterations: diagnostics.iterations ?? (document.iterations === 'auto' ? 0 : document.iterations),
      warnings: diagnostics.warnings ?? [],
      residualScale: diagnostics.residual_scale,
      robustWeightRemoved: diagnostics.robust_weight_removed,
      fitSeconds: diagnostics.fit_seconds,
      characteristics: (diagnostics.characteristics ?? []).map((part) => ({
        characteristic: part.name,
        frac: part.frac,
        fracLosses: part.frac_losses,
        effectiveDegreesOfFreedom: part.effective_degrees_of_freedom,
        standardError: part.standard_error,
        backFitting: part.back_fitting,
      })),
    },
  };
}
