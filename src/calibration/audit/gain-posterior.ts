import type { BetaDistribution } from '../statistics/beta.js';
import type { AuditedPool } from './audited-pool.js';
import type { LabelEvidence } from './label-evidence.js';

/** The shapes of p ~ Beta(1 + fixed, 1 + broken): p is the chance that a change agrees with the labellers. */
export interface Posterior {
  readonly alpha: number;
  readonly beta: number;
}

/** p given the labels, whose counts are divided by the design effect; without labels all p are as likely. */
export function posteriorOf({ fixed, broken, designEffect }: LabelEvidence): Posterior {
  return { alpha: 1 + fixed / designEffect, beta: 1 + broken / designEffect };
}

/** P = P(p > ½): the chance that the calibrated order agrees better with the labellers than the raw one. */
export function probabilityOf({ alpha, beta }: Posterior, distribution: BetaDistribution): number {
  // 1 − p ~ Beta(β, α): this side of the curve keeps the digits of a small P.
  return distribution.cdf(0.5, beta, alpha);
}

/** The expected gain in accuracy, as a share: f_eff · (2 E[p] − 1). */
export function expectedGain({ alpha, beta }: Posterior, { effectiveShare }: AuditedPool): number {
  return (effectiveShare * (alpha - beta)) / (alpha + beta);
}

/** The share of disputed pairs that labellers decide, by their labels; 1 without labels. */
export function decidedShare({ labels, ties }: LabelEvidence): number {
  return labels === 0 ? 1 : labels / (labels + ties);
}

/**
 * p for the intervals of the gain: that of all changes, while labels may be of turned pairs alone. Where ties
 * before or after calibration are a larger share of the changes than of the labels, the counts are divided by
 * 1 + the difference of the shares, which widens the intervals: by simulation this takes the coverage for
 * whole-number rewards from as low as 76 % to above 85 % (docs/few-labels.md). Without ties it is
 * {@link posteriorOf}.
 */
export function gainPosteriorOf(
  evidence: LabelEvidence,
  { shareDisputed, effectiveShare }: AuditedPool,
): Posterior {
  const weight = evidence.fixed + evidence.broken;
  // A label of a half-changed pair weighs ½ and counts as 1.
  const labelledTies = weight === 0 ? 0 : (evidence.labels - weight) / weight;
  const ties = effectiveShare === 0 ? 0 : 1 - shareDisputed / effectiveShare;
  const unasked = Math.max(0, ties - labelledTies);
  return posteriorOf({ ...evidence, designEffect: evidence.designEffect * (1 + unasked) });
}
