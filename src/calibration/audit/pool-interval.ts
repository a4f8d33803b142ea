import type { BetaDistribution } from '../statistics/beta.js';
import type { AuditedPool } from './audited-pool.js';
import { decidedShare, type Posterior } from './gain-posterior.js';
import type { LabelEvidence } from './label-evidence.js';

export type Interval = readonly [low: number, high: number];

/** Both intervals hold the gain with so much probability. */
export const AUDIT_CONFIDENCE = 0.9;

/** The probabilities of the ends of an interval. */
export const TAILS: Interval = [(1 - AUDIT_CONFIDENCE) / 2, (1 + AUDIT_CONFIDENCE) / 2];

/** Of more changes so many stand for all: they add 0.16 % to p's own spread at most. */
const MAX_TRIALS = 100_000;

/**
 * The interval (90 %) of the gain on this pool, as a share of its N pairs: the labelled changes are what they
 * are, and the K of the R others that the labels would side with is beta-binomial, so
 *
 *     gain = (fixed − broken + 2 K − R) ÷ N,   K ~ BetaBinomial(R, α, β),   R = f_eff · N − labelled changes.
 *
 * Exact: its ends are the quantiles of that distribution. Pairs of one half change count as half a pair, and
 * R is rounded to a whole number, both of which widen the interval by a hair. Where labels are ties, R counts
 * as large a share of the others as labellers decide: a tie neither gains nor loses. Where all is labelled,
 * both ends are the gain itself; where N is not known the pool is endless, and the ends are f_eff · (2 q − 1)
 * with the quantiles q of p.
 */
export function poolInterval(
  evidence: LabelEvidence,
  posterior: Posterior,
  { pairs, effectiveShare }: AuditedPool,
  distribution: BetaDistribution,
): Interval {
  const decided = decidedShare(evidence);
  if (pairs === null || pairs === 0) {
    const endAt = (tail: number) =>
      decided * effectiveShare * (2 * distribution.quantile(tail, posterior.alpha, posterior.beta) - 1);
    return [endAt(TAILS[0]), endAt(TAILS[1])];
  }
  const { fixed, broken, ties } = evidence;
  const others = decided * Math.max(0, effectiveShare * pairs - fixed - broken - ties);
  const trials = Math.min(Math.round(others), MAX_TRIALS);
  const each = trials === 0 ? 0 : others / trials;
  const gainAt = (successes: number) => (fixed - broken + each * (2 * successes - trials)) / pairs;
  const [low, high] = betaBinomialQuantiles(trials, posterior, TAILS);
  return [gainAt(low), gainAt(high)];
}

/**
 * The smallest k with P(K ≤ k) ≥ each probability, for K ~ BetaBinomial(trials, α, β). Probabilities follow
 * from one another: P(k + 1) ÷ P(k) = (n − k)(k + α) ÷ ((k + 1)(n − k − 1 + β)).
 */
export function betaBinomialQuantiles(
  trials: number,
  { alpha, beta }: Posterior,
  [low, high]: Interval,
): Interval {
  // Logarithms: far from its mode a probability is less than the least double.
  const logs = new Float64Array(trials + 1);
  let largest = 0;
  for (let k = 0; k < trials; k++) {
    logs[k + 1] = logs[k] + Math.log(((trials - k) * (k + alpha)) / ((k + 1) * (trials - k - 1 + beta)));
    largest = Math.max(largest, logs[k + 1]);
  }
  const weights = logs.map((log) => Math.exp(log - largest));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const quantile = (probability: number) => {
    let sum = 0;
    for (let k = 0; k < trials; k++) {
      sum += weights[k] / total;
      if (sum >= probability) return k;
    }
    return trials;
  };
  return [quantile(low), quantile(high)];
}
