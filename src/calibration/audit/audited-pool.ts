import type { Purpose } from './contests.js';
import { type ChangedPair, changesOf, evidenceOfChanges, type LabelEvidence } from './label-evidence.js';
import { TURNED } from './order-change.js';

/** The pairs that a verdict is about. */
export interface AuditedPool {
  /** What its pairs are, by default all of a prompt: of best-of-n its pick before and after is one. */
  readonly purpose?: Purpose | undefined;
  /** N; null where it is not known: then the pool is taken for endless. */
  readonly pairs: number | null;
  /** f: the share of the pairs that are disputed. */
  readonly shareDisputed: number;
  /** f_eff: the same, and half the share of the pairs that are tied before or after. */
  readonly effectiveShare: number;
  /** Share of the disputed pairs whose calibrated order prefers the shorter response; null if not known. */
  readonly shorterPreferred: number | null;
}

/** A pool of labelled pairs, as columns. */
export interface LabelledPool {
  /** Of all chosen and then all rejected responses. */
  readonly raw: Float64Array;
  /** The same, calibrated. */
  readonly calibrated: Float64Array;
  /** Calibrated rewards that differ by no more are equal, 0 by default; see `fitTolerance`. */
  readonly tolerance?: number | undefined;
  /** The prompt's number of each pair; those of rejected responses may follow. Undefined: each its own. */
  readonly groups?: Int32Array | undefined;
  /** Of all chosen and then all rejected responses, where they are known. */
  readonly lengths?: Float64Array | undefined;
}

/** Labelled pairs as evidence and as the pool that it is about: the whole pool is labelled. */
export interface LabelledAudit {
  readonly evidence: LabelEvidence;
  readonly pool: AuditedPool;
}

/** Reduces a pool of labelled pairs to what a verdict needs. At least one pair. */
export function auditLabelledPool(labelled: LabelledPool): LabelledAudit {
  const { raw, calibrated, tolerance = 0, groups, lengths } = labelled;
  const changes = changesOf(raw, calibrated, tolerance);
  const pairs = changes.length;
  const changed: ChangedPair[] = [];
  let disputed = 0;
  let shorter = 0;
  for (let i = 0; i < pairs; i++) {
    const change = changes[i];
    if (change === 0) continue;
    changed.push({ change, prompt: groups?.[i] ?? i });
    if (Math.abs(change) < TURNED) continue;
    disputed++;
    if (lengths !== undefined && (lengths[i + pairs] - lengths[i]) * change > 0) shorter++;
  }
  const evidence = evidenceOfChanges(changed);
  const effectiveShare = (evidence.fixed + evidence.broken) / pairs;
  const shorterPreferred = lengths !== undefined && disputed > 0 ? shorter / disputed : null;
  return {
    evidence,
    pool: { pairs, shareDisputed: disputed / pairs, effectiveShare, shorterPreferred },
  };
}
