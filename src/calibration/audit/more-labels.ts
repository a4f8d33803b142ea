import type { BetaDistribution } from '../statistics/beta.js';
import { FIRST_LOOK, hardlyChanges, isSure } from './audit-codes.js';
import type { AuditedPool } from './audited-pool.js';
import { posteriorOf, probabilityOf } from './gain-posterior.js';
import type { LabelEvidence } from './label-evidence.js';

/** Labels in all; more are not suggested. */
export const MOST_LABELS = 40;

/**
 * How many further labels to ask for: the fewest that would, going on at the present rate of fixed and broken
 * pairs and with the present dependence of labels, take P out of [0.1, 0.9]. P is first looked at from the
 * 10th label on, so below that at least as many as are missing. Where 40 labels in all would not do, what is
 * missing to 40; never more than the disputed pairs that have no label. 0 where P has left [0.1, 0.9], or
 * where calibration hardly changes the ranking. Without any label there is no rate: the first ten.
 */
export function moreLabels(
  evidence: LabelEvidence,
  pool: AuditedPool,
  distribution: BetaDistribution,
): number {
  if (hardlyChanges(pool)) return 0;
  const { labels } = evidence;
  const missing = Math.max(0, Math.ceil(FIRST_LOOK - labels));
  const most = Math.max(0, Math.floor(Math.min(MOST_LABELS - labels, unlabelled(evidence, pool))));
  if (labels === 0) return Math.min(missing, most);
  for (let further = missing; further < most; further++)
    if (isSure(probabilityAfter(evidence, further, distribution))) return further;
  return most;
}

/** P after so many further labels at the present rate. */
function probabilityAfter(evidence: LabelEvidence, further: number, distribution: BetaDistribution): number {
  const growth = (evidence.labels + further) / evidence.labels;
  const grown = { ...evidence, fixed: growth * evidence.fixed, broken: growth * evidence.broken };
  return probabilityOf(posteriorOf(grown), distribution);
}

/** Disputed pairs without a label. */
function unlabelled({ labels, ties }: LabelEvidence, { pairs, shareDisputed }: AuditedPool): number {
  if (pairs === null) return Number.POSITIVE_INFINITY;
  return Math.round(shareDisputed * pairs) - labels - ties;
}
