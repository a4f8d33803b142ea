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
