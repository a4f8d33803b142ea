import type { BetaDistribution } from '../statistics/beta.js';
import type { AuditedPool } from './audited-pool.js';

export const AUDIT_CODES = ['calibrate', 'unclear', 'leave'] as const;
/** What to do: calibrate at full strength, at half of it, or not. */
export type AuditCode = (typeof AUDIT_CODES)[number];

export const STRENGTHS = ['strong', 'leaning', 'preliminary'] as const;
/** How sure that is; `preliminary`: there are too few labels to look at. */
export type Strength = (typeof STRENGTHS)[number];

/** The calibration strength α for each code. */
export const ALPHA_OF: Readonly<Record<AuditCode, number>> = { calibrate: 1, unclear: 0.5, leave: 0 };

/** P above the upper one is `calibrate`, below the lower one `leave`. */
const DECIDED = { lower: 0.3, upper: 0.7 };

/** P outside these is `strong`, and no further labels are needed. */
const SURE = { lower: 0.1, upper: 0.9 };

/** With fewer labels a verdict is `preliminary`. */
export const FIRST_LOOK = 10;

/** With a smaller f_eff calibration hardly changes a ranking: by under 5 points of accuracy at most. */
export const LEAST_SHARE = 0.05;

/**
 * Whether calibration changes so little that labels need not decide. f_eff is f where no rewards are equal;
 * where many are, as a judge's, calibration may decide a quarter of the ranking and turn nothing round. Of no
 * pairs nothing is known.
 */
export function hardlyChanges({ pairs, effectiveShare }: AuditedPool): boolean {
  return pairs !== 0 && effectiveShare < LEAST_SHARE;
}

/** The code for a probability that the calibrated order agrees better. */
export function codeOf(probability: number): AuditCode {
  if (probability > DECIDED.upper) return 'calibrate';
  return probability < DECIDED.lower ? 'leave' : 'unclear';
}

/** The strength of a code that labels decide. */
export function strengthOf(probability: number, labels: number): Strength {
  if (labels < FIRST_LOOK) return 'preliminary';
  return isSure(probability) ? 'strong' : 'leaning';
}

/** Whether P has left [0.1, 0.9]. */
export function isSure(probability: number): boolean {
  return probability > SURE.upper || probability < SURE.lower;
}

/**
 * The strength of a `leave` that f_eff decides, whatever the labels: `strong` where F ~ Beta(D + ½,
 * N − D + ½) with D = f_eff · N is below {@link LEAST_SHARE} with a probability above 0.9.
 */
export function strengthOfFewDisputes(
  { pairs, effectiveShare }: AuditedPool,
  distribution: BetaDistribution,
): Strength {
  if (pairs === null) return 'leaning';
  const disputed = effectiveShare * pairs;
  const probability = distribution.cdf(LEAST_SHARE, disputed + 0.5, pairs - disputed + 0.5);
  return probability > SURE.upper ? 'strong' : 'leaning';
}
