import { z } from 'zod';
import { ALPHA_OF, AUDIT_CODES, codeOf, LEAST_SHARE, STRENGTHS } from '../calibration/audit/audit-codes.js';
import type { AuditVerdict } from '../calibration/audit/audit-verdict.js';
import type { AuditedPool } from '../calibration/audit/audited-pool.js';
import { PURPOSES, type Purpose } from '../calibration/audit/contests.js';
import type { LabelEvidence } from '../calibration/audit/label-evidence.js';
import type { StrengthEstimate } from '../calibration/audit/strength-estimate.js';
import { AUDIT_EXAMPLE } from './audit-example.js';
import type { CurveIdentity } from './curve-identity.js';
import { rewardModelName } from './reward-model-name.js';
import { warning } from './warning-schema.js';

/** Beyond this nobody counts labels, and the beta distribution loses digits. */
export const MAX_LABELS = 1e6;

const share = z.number().min(0).max(1);
const gain = z.number().min(-1).max(1);
const interval = z.tuple([gain, gain]).refine(([low, high]) => low <= high, 'must have its lower end first');

/** Shares are quotients, and compared with each other. */
const SHARE_ROUNDING = 1e-9;

/** The candidates of a strength are 13. */
const MAX_CANDIDATES = 64;

/** What labels say of the strength, by a Bradley-Terry model. */
export const strengthEstimate = z.strictObject({
  alpha: z.number().describe('The candidate with the largest expected gain'),
  candidates: z
    .array(z.strictObject({ alpha: z.number(), gain }))
    .max(MAX_CANDIDATES)
    .describe('The expected gain in accuracy of every strength, as a share'),
});

/**
 * A verdict of labels on a calibration, as `/v1/verdict` answers it, a curve keeps it and an export carries
 * it. Numbers and sentences of this service: nothing of a prompt or a response.
 */
export const auditDocument = z
  .strictObject({
    reward_model: rewardModelName.nullable().describe('Whose curve was judged; null where it is not known'),
    version: z.int().min(1).nullable().describe('Of that curve; null where it is not known'),
    fitted_at: z.iso
      .datetime()
      .nullable()
      .describe(
        'When that curve was fitted: a later one may have its name and number after a restart, and one that was fitted for the verdict alone has neither',
      ),
    purpose: z
      .enum(PURPOSES)
      .describe(
        'What was compared: all pairs of responses to a prompt, or the best by raw and by calibrated reward',
      ),
    verdict: z.strictObject({
      code: z
        .enum(AUDIT_CODES)
        .describe(
          '`calibrate`: at full strength; `unclear`: half of it risks less; `leave`: do not calibrate',
        ),
      strength: z.enum(STRENGTHS).describe('`preliminary`: below 10 labels'),
      explanation: z.string().max(2_000).describe('Why, and how it can mislead'),
    }),
    probability: share.describe(
      'That the calibrated order agrees better with these labellers on this pool than the raw one',
    ),
    gain: gain.describe('Expected gain in accuracy at alpha = 1, as a share'),
    interval: interval.describe('Of the gain on this pool'),
    interval_new_sample: interval
      .nullable()
      .describe('Of the gain on a new sample of as many pairs; null where their number is not known'),
    confidence: share.describe('Of both intervals'),
    alpha: z.number().describe('The calibration strength to use: 1, 0.5 or 0'),
    more_labels: z.int().min(0).describe('Further labels that may decide it; 0 where none are needed'),
    labels: z
      .number()
      .min(0)
      .max(MAX_LABELS)
      .describe('Labels that count: of pairs whose order changes, and no ties'),
    ties: z.number().min(0).max(MAX_LABELS).describe('Labels that prefer neither response, left out'),
    share_disputed: share.describe('Of the pairs: the calibrated order is the other way round'),
    effective_share: share.describe('The same, and half of the pairs that are tied before or after'),
    strength_estimate: strengthEstimate
      .nullable()
      .describe(
        'The strength that a Bradley-Terry model of the labels expects most of; beside the verdict, not instead. Null where only counts are known',
      ),
    warnings: z.array(warning).max(32),
  })
  .refine(({ verdict, alpha }) => alpha === ALPHA_OF[verdict.code], {
    path: ['alpha'],
    message: 'must be that of the code: 1 for "calibrate", 0.5 for "unclear", 0 for "leave"',
  })
  .refine(
    ({ verdict, probability, effective_share: share }) =>
      verdict.code === codeOf(probability) || (verdict.code === 'leave' && share < LEAST_SHARE),
    { path: ['verdict', 'code'], message: 'is not the code of this probability' },
  )
  .refine(({ gain: expected, effective_share: share }) => Math.abs(expected) <= share + SHARE_ROUNDING, {
    path: ['gain'],
    message: 'must be at most "effective_share" to either side',
  })
  .meta({
    id: 'Audit',
    description: 'A verdict of labels on a calibration',
    examples: [AUDIT_EXAMPLE],
  });

export type AuditDocument = z.infer<typeof auditDocument>;

/** What a verdict is of. */
export interface AuditSubject {
  readonly rewardModel: string | null;
  readonly version: number | null;
  readonly fittedAt: string | null;
  readonly purpose: Purpose;
}

/**
 * The subject of a verdict on this curve; null for one that was fitted for the verdict alone, which has no
 * name, but a date, so that it is taken for no stored curve.
 */
export function subjectOf(curve: CurveIdentity | null, purpose: Purpose): AuditSubject {
  if (curve === null)
    return { rewardModel: null, version: null, fittedAt: new Date().toISOString(), purpose };
  const { rewardModel, version, fittedAt } = curve;
  return { rewardModel, version, fittedAt, purpose };
}

/** The parts of an audit. */
export interface Audit {
  readonly subject: AuditSubject;
  readonly evidence: LabelEvidence;
  readonly pool: AuditedPool;
  readonly verdict: AuditVerdict;
  /** Null where only counts are known. */
  readonly strengthEstimate: StrengthEstimate | null;
}

/** The document of an audit. */
export function toAuditDocument({
  subject,
  evidence,
  pool,
  verdict,
  strengthEstimate: estimate,
}: Audit): AuditDocument {
  const { code, strength, explanation } = verdict;
  return {
    reward_model: subject.rewardModel,
    version: subject.version,
    fitted_at: subject.fittedAt,
    purpose: subject.purpose,
    verdict: { code, strength, explanation },
    probability: verdict.probability,
    gain: verdict.gain,
    interval: [...verdict.interval],
    interval_new_sample: verdict.intervalNewSample && [...verdict.intervalNewSample],
    confidence: verdict.confidence,
    alpha: verdict.alpha,
    more_labels: verdict.moreLabels,
    labels: evidence.labels,
    ties: evidence.ties,
    share_disputed: pool.shareDisputed,
    effective_share: pool.effectiveShare,
    strength_estimate: estimate && { alpha: estimate.alpha, candidates: [...estimate.candidates] },
    warnings: [...verdict.warnings],
  };
}
