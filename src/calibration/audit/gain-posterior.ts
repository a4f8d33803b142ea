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

/**
 * The expected gain in accuracy over pairs like these, as a share: t · f_eff · (2 E[p] − 1), t the
 * {@link decidedShare}: a label that is a tie gains nothing.
 */
export function expectedGain(evidence: LabelEvidence, { effectiveShare }: AuditedPool): number {
  const { alpha, beta } = posteriorOf(evidence);
  return (decidedShare(evidence) * effectiveShare * (alpha - beta)) / (alpha + beta);
}

/**
 * The share of disputed pairs that labellers decide: 1 where no label is a tie. One decided label is counted
 * besides, so that a few ties alone do not say that there is nothing to gain.
 */
export function decidedShare({ labels, ties }: LabelEvidence): number {
  return (labels + 1) / (labels + ties + 1);
}

/**
 * How far apart labels of turned pairs and of pairs that are tied before or after side with calibration: the
 * root mean square over simulated worlds with whole-number rewards (docs/few-labels.md). With a tie nothing
 * speaks against the calibrated order, so they side with it more often, by 14 points on average.
 */
const TIES_APART = 0.17;

/**
 * p for the intervals of the gain: that of all changes, while labels may be of turned pairs alone. Where ties
 * are a larger share of the changes than of the labels, by u, the counts are multiplied by a factor of at
 * most 1 that leaves p about the variance m (1 − m) ÷ (α + β + 1) + (0.17 u)², m = α ÷ (α + β). Without ties
 * it is {@link posteriorOf}.
 */
export function gainPosteriorOf(
  evidence: LabelEvidence,
  { shareDisputed, effectiveShare }: AuditedPool,
): Posterior {
  const posterior = posteriorOf(evidence);
  const weight = evidence.fixed + evidence.broken;
  if (weight === 0 || effectiveShare === 0) return posterior;
  // A label of a half-changed pair weighs ½ and counts as 1.
  const labelledTies = (evidence.labels - weight) / weight;
  const unasked = Math.max(0, 1 - shareDisputed / effectiveShare - labelledTies);
  return widened(posterior, (TIES_APART * unasked) ** 2);
}

/** The same with counts so much smaller that the variance is larger by this, as far as counts are there. */
function widened({ alpha, beta }: Posterior, variance: number): Posterior {
  const size = alpha + beta;
  const spread = (alpha * beta) / size ** 2;
  const smaller = spread / (spread / (size + 1) + variance) - 1;
  const factor = Math.min(1, Math.max(0, (smaller - 2) / (size - 2)));
  return { alpha: 1 + factor * (alpha - 1), beta: 1 + factor * (beta - 1) };
}
