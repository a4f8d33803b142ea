import { judge } from '../../calibration/audit/audit-verdict.js';
import type { AuditedPool } from '../../calibration/audit/audited-pool.js';
import type { LabelEvidence } from '../../calibration/audit/label-evidence.js';
import type { BetaDistribution } from '../../calibration/statistics/beta.js';
import { type AuditDocument, type AuditSubject, toAuditDocument } from '../../curves/audit-document.js';

/** What labels say, of which pool, and of which curve: plain data, for the worker. */
export interface CountedLabels {
  readonly kind: 'counted';
  readonly subject: AuditSubject;
  readonly evidence: LabelEvidence;
  readonly pool: AuditedPool;
}

export type VerdictRequest = CountedLabels;

/**
 * The verdict of labels, in the thread that calls it.
 *
 * @param distribution see `loadBeta`.
 */
export function finishVerdict(
  { subject, evidence, pool }: VerdictRequest,
  distribution: BetaDistribution,
): AuditDocument {
  const verdict = judge(evidence, pool, distribution);
  return toAuditDocument({ subject, evidence, pool, verdict, strengthEstimate: null });
}
