import type { Subsets } from './pairs.js';

/** What a pair of equal rewards counts: half a right one, or (as in the reference code) a wrong one. */
export const TIES = ['half', 'wrong'] as const;
export type Ties = (typeof TIES)[number];

/** The benchmarks whose score an evaluation can add. */
export const PROTOCOLS = ['reward-bench', 'reward-bench-2'] as const;
export type Protocol = (typeof PROTOCOLS)[number];

/** Something measured on raw and on calibrated rewards. */
export interface RawAndCalibrated {
  readonly raw: number;
  readonly calibrated: number;
}

/**
 * The credit of each pair in halves, so that sums are exact: 2 where the chosen response has the higher
 * reward, 0 where the rejected one has.
 */
export type Credits = Int8Array<ArrayBuffer>;

/** The mean credit of the pairs of each row of completions, in halves, too. */
export type RowCredits = Float64Array<ArrayBuffer>;

/** What all pairs count, from rewards of all chosen and then all rejected responses. */
export function creditsOf(rewards: Float64Array, ties: Ties): Credits {
  const count = rewards.length / 2;
  const credits = new Int8Array(count);
  const tied = ties === 'half' ? 1 : 0;
  for (let i = 0; i < count; i++) {
    const chosen = rewards[i];
    const rejected = rewards[i + count];
    credits[i] = chosen === rejected ? tied : chosen > rejected ? 2 : 0;
  }
  return credits;
}

/**
 * Accuracy: share of pairs whose chosen response has the higher reward (method, "How results are judged"). At
 * least one pair.
 */
export function accuracyOf(credits: Credits | RowCredits): number {
  let sum = 0;
  for (const credit of credits) sum += credit;
  return sum / (2 * credits.length);
}

/** Accuracy on the pairs, or rows of completions, of one subset. */
export interface SubsetAccuracy extends RawAndCalibrated {
  readonly name: string;
  /** How many pairs, or rows of completions, it has. */
  readonly count: number;
}

/** Accuracy on every subset, in order of first appearance. */
export function subsetAccuracies(
  { names, of }: Subsets,
  raw: Credits | RowCredits,
  calibrated: Credits | RowCredits,
): SubsetAccuracy[] {
  const sums = names.map((name) => ({ name, count: 0, raw: 0, calibrated: 0 }));
  for (let i = 0; i < of.length; i++) {
    if (of[i] < 0) continue;
    const sum = sums[of[i]];
    sum.count++;
    sum.raw += raw[i];
    sum.calibrated += calibrated[i];
  }
  return sums.map((sum) => ({
    ...sum,
    raw: sum.raw / (2 * sum.count),
    calibrated: sum.calibrated / (2 * sum.count),
  }));
}

/** How many pairs changed their preferred response; the four sum up to all pairs. */
export interface PreferenceChanges {
  /** Raw rewards preferred the rejected response, calibrated ones prefer the chosen. */
  readonly toChosen: number;
  readonly toRejected: number;
  /** The same response is preferred before and after. */
  readonly unchanged: number;
  /** Equal rewards before, or after, or both. */
  readonly tied: number;
}

/** Which pairs changed their preferred response. */
export function preferenceChanges(raw: Float64Array, calibrated: Float64Array): PreferenceChanges {
  const count = raw.length / 2;
  const changes = { toChosen: 0, toRejected: 0, unchanged: 0, tied: 0 };
  for (let i = 0; i < count; i++) {
    const before = Math.sign(raw[i] - raw[i + count]);
    const after = Math.sign(calibrated[i] - calibrated[i + count]);
    if (before === 0 || after === 0) changes.tied++;
    else if (before === after) changes.unchanged++;
    else if (after > 0) changes.toChosen++;
    else changes.toRejected++;
  }
  return changes;
}
