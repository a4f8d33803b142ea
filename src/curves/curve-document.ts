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
  })
  .superRefine((curve, context) => {
    if (curve.knots.length !== curve.biases.length) {
      context.addIssue({ code: 'custom', path: ['biases'], message: 'must be as long as "knots"' });
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
    frac: z.number().gt(0).max(1),
    iterations: z.int().min(0),
    samples: z.int().min(1),
    characteristics: z.array(biasCurve).min(1).max(MAX_CHARACTERISTICS),
    diagnostics: z.strictObject({
      spearman: beforeAfter,
      pearson: beforeAfter,
      residual_scale: z.number().min(0),
      robust_weight_removed: z.number().min(0).max(1),
      fit_seconds: z.number().min(0),
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
          { name: 'chars', alpha: 1, mean_bias: 0.42, knots: [40, 400, 1_600], biases: [-0.5, 0.6, 1.1] },
        ],
        diagnostics: {
          spearman: { before: 0.31, after: -0.01 },
          pearson: { before: 0.28, after: 0 },
          residual_scale: 0.7,
          robust_weight_removed: 0.08,
          fit_seconds: 0.004,
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
    })),
    diagnostics: {
      spearman: diagnostics.spearman,
      pearson: diagnostics.pearson,
      residualScale: diagnostics.residual_scale,
      robustWeightRemoved: diagnostics.robust_weight_removed,
      fitSeconds: diagnostics.fit_seconds,
    },
  };
}
