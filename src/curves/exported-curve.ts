import type { z } from 'zod';
import { auditDocument } from './audit-document.js';
import { AUDIT_EXAMPLE } from './audit-example.js';
import { toDocument } from './curve-document.js';
import type { VersionedCurve } from './curve-history.js';
import { curveDocument, DOCUMENT_SCHEMA_VERSION } from './document-schema.js';

/** The exported form of a curve: the stored document, and the audit, which a store keeps beside it. */
export const exportedCurve = curveDocument
  .safeExtend({
    audit: auditDocument
      .nullable()
      .optional()
      .describe(
        'The verdict of labels on this curve, where there is one. It has to be of this fit; an import makes it that of the new version',
      ),
  })
  .meta({
    id: 'CurveDocument',
    description: 'A fitted curve as exported and imported',
    examples: [
      {
        schema_version: DOCUMENT_SCHEMA_VERSION,
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
        joint_counts: {
          characteristic: { edges: [40, 390.5, 1_600] },
          reward: { edges: [-2.5, 0.8, 3.25] },
          counts: [
            [400, 200],
            [200, 400],
          ],
        },
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
        audit: {
          ...AUDIT_EXAMPLE,
          reward_model: 'org/imported',
          version: 3,
          fitted_at: '2026-11-23T09:30:00.000Z',
        },
      },
    ],
  });

export type ExportedCurve = z.infer<typeof exportedCurve>;

/** The exported form of a curve. */
export function toExport(curve: VersionedCurve): ExportedCurve {
  return { ...toDocument(curve), ...(curve.audit && { audit: curve.audit }) };
}
