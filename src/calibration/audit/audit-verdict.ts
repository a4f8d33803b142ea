import type { BetaDistribution } from '../statistics/beta.js';
import type { Warning } from '../warnings/warning.js';
import {
  ALPHA_OF,
  type AuditCode,
  codeOf,
  hardlyChanges,
  type Strength,
  strengthOf,
  strengthOfFewDisputes,
} from './audit-codes.js';
import { findAuditWarnings } from './audit-warnings.js';
import type { AuditedPool } from './audited-pool.js';
import { explain } from './explanation.js';
import { expectedGain, gainPosteriorOf, posteriorOf, probabilityOf } from './gain-posterior.js';
import type { LabelEvidence } from './label-evidence.js';
import { moreLabels } from './more-labels.js';
import { newSampleInterval } from './new-sample-interval.js';
import { AUDIT_CONFIDENCE, type Interval, poolInterval } from './pool-interval.js';

/** Whether to calibrate, by labels of disputed pairs. Gains are shares, as an evaluation's. */
export interface AuditVerdict {
  readonly code: AuditCode;
  readonly strength: Strength;
  /** For people; names counts and shares only. */
  readonly explanation: string;
  /** P: the chance that the calibrated order agrees better with these labellers than the raw one. */
  readonly probability: number;
  /**
   * The expected gain in accuracy over pairs like these; see {@link expectedGain}. Few labels draw it towards
   * 0, so that of a pool with every pair labelled it is a little nearer to 0 than the gain that was seen,
   * which is then `interval`.
   */
  readonly gain: number;
  /** Of the gain on this pool; see {@link poolInterval}. */
  readonly interval: Interval;
  /** Of the gain on a new sample of as many pairs; null where the number of pairs is not known. */
  readonly intervalNewSample: Interval | null;
  /** Of both intervals. */
  readonly confidence: number;
  /** The calibration strength to use. */
  readonly alpha: number;
  /** Further labels that may decide; see {@link moreLabels}. */
  readonly moreLabels: number;
  readonly warnings: readonly Warning[];
}

/**
 * The verdict of labels on a calibration (method, "Few labels"): P > 0.7 `calibrate`, P < 0.3 `leave`, else
 * `unclear`; `strong` where P > 0.9 or P < 0.1, and `preliminary` below 10 labels. Where f_eff is below 5 %
 * it is `leave`, whatever P is.
 *
 * @param distribution see `loadBeta`.
 */
export function judge(
  evidence: LabelEvidence,
  pool: AuditedPool,
  distribution: BetaDistribution,
): AuditVerdict {
  const posterior = posteriorOf(evidence);
  const ofGain = gainPosteriorOf(evidence, pool);
  const probability = probabilityOf(posterior, distribution);
  const isMinor = hardlyChanges(pool);
  const code = isMinor ? 'leave' : codeOf(probability);
  const strength = isMinor
    ? strengthOfFewDisputes(pool, distribution)
    : strengthOf(probability, evidence.labels);
  return {
    code,
    strength,
    explanation: explain({ code, strength, probability, evidence, pool }),
    probability,
    gain: expectedGain(evidence, pool),
    interval: poolInterval(evidence, ofGain, pool, distribution),
    intervalNewSample: newSampleInterval(evidence, ofGain, pool, distribution),
    confidence: AUDIT_CONFIDENCE,
    alpha: ALPHA_OF[code],
    moreLabels: moreLabels(evidence, pool, distribution),
    warnings: findAuditWarnings(evidence, pool),
  };
}
