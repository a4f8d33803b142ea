import { z } from 'zod';
import { ESTIMATORS } from '../calibration/fit.js';
import { MAX_CHARACTERISTICS } from '../calibration/samples.js';
import type { FittedCurve } from './curve-history.js';
import { rewardModelName } from './reward-model-name.js';

/** A perfect correlation may come out a few units in the last place beyond 1. */
const correlation = z.number().min(-1.0000001).max(1.0000001).nullable();
const beforeAfter = z.strictObject({ before: correlation, after: correlation });

const biasCurve = z
  .strictObject({
    name: z.string().min(1).max(64).describe('The characteristic'),
    alpha: z.number().describe('Calibration strength: alpha · bias is subtracted'),
    mean_bias: z.number().describe('Mean bias over the fitted samples'),
    knots: z.array(z.number()).min(1).describe('Values of the characteristic, strictly ascending'),
    biases: z.array(z.number()).min(1).describe('Bias at each knot; linear in between, constant beyond'),
    standard_errors: z
      .array(z.number().min(0))
      .optional()
      .describe('Standard error of the bias at each knot, in units of reward'),
  })
  .superRefine((curve, context) => {
    for (const column of ['biases', 'standard_errors'] as const) {
      if ((curve[column]?.length ?? curve.knots.length) !== curve.knots.length) {
        context.addIssue({ code: 'custom', path: [column], message: 'must be as long as "knots"' });
      }
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
});

/** What frac may be: a share of the samples, or chosen by cross-validation. */
export const fracSetting = z.union([z.number().gt(0).max(1), z.literal('auto')], {
  error: 'must be above 0 and at most 1, or "auto"',
});

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
    iterations: z.int().min(0),
    samples: z.int().min(1),
    characteristics: z.array(biasCurve).min(1).max(MAX_CHARACTERISTICS),
    diagnostics: z.strictObject({
      spearman: beforeAfter,
      pearson: beforeAfter,
      residual_scale: z.number().min(0),
      robust_weight_removed: z.number().min(0).max(1),
      fit_seconds: z.number().min(0),
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

export type CurveDocument = z.infer<typeof curveDocument>;

/** The document of a curve; `fromDocument(toDocument(curve))` is the same curve to the bit. */
export function toDocument(curve: FittedCurve & { readonly version?: number }): CurveDocument {
  return {
    schema_version: 1,
    reward_model: curve.rewardModel,
    ...(curve.version === undefined ? {} : { version: curve.version }),
    fitted_at: curve.fittedAt,
    estimator: curve.estimator,
    frac: curve.frac,
    iterations: curve.iterations,
    samples: curve.samples,
    characteristics: curve.curves.map((part) => ({
      name: part.characteristic,
      alpha: part.alpha,
      mean_bias: part.meanBias,
      knots: Array.from(part.knots),
      biases: Array.from(part.biases),
      ...(part.standardErrors && { standard_errors: Array.from(part.standardErrors) }),
    })),
    diagnostics: toDiagnostics(curve),
  };
}

/** The diagnostics of a curve as the document and the API show them. */
export function toDiagnostics({ diagnostics }: FittedCurve): CurveDocument['diagnostics'] {
  return {
    spearman: diagnostics.spearman,
    pearson: diagnostics.pearson,
    residual_scale: diagnostics.residualScale,
    robust_weight_removed: diagnostics.robustWeightRemoved,
    fit_seconds: diagnostics.fitSeconds,
    characteristics: diagnostics.characteristics.map((part) => ({
      name: part.characteristic,
      frac: part.frac,
      ...(part.fracLosses && { frac_losses: [...part.fracLosses] }),
      effective_degrees_of_freedom: part.effectiveDegreesOfFreedom,
      standard_error: part.standardError,
    })),
  };
}

/** The curve of a validated document. */
export function fromDocument(document: CurveDocument): FittedCurve {
  const { diagnostics } = document;
  return {
    rewardModel: document.reward_model,
    fittedAt: document.fitted_at,
    estimator: document.estimator,
    frac: document.frac,
    iterations: document.iterations,
    samples: document.samples,
    curves: document.characteristics.map((part) => ({
      characteristic: part.name,
      alpha: part.alpha,
      meanBias: part.mean_bias,
      knots: Float64Array.from(part.knots),
      biases: Float64Array.from(part.biases),
      standardErrors: part.standard_errors && Float64Array.from(part.standard_errors),
    })),
    diagnostics: {
      spearman: diagnostics.spearman,
      pearson: diagnostics.pearson,
      residualScale: diagnostics.residual_scale,
      robustWeightRemoved: diagnostics.robust_weight_removed,
      fitSeconds: diagnostics.fit_seconds,
      characteristics: (diagnostics.characteristics ?? []).map((part) => ({
        characteristic: part.name,
        frac: part.frac,
        fracLosses: part.frac_losses,
        effectiveDegreesOfFreedom: part.effective_degrees_of_freedom,
        standardError: part.standard_error,
      })),
    },
  };
}
