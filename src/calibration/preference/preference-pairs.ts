import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import { hash } from '../statistics/hash.js';

/** How pairs are taken from the responses to one prompt. */
export const SELECTIONS = ['best-worst', 'best-random', 'all-above-margin'] as const;

export type Selection = (typeof SELECTIONS)[number];

/** The pairs to take from every group; every default filled in. */
export interface PairSettings {
  readonly select: Selection;
  /** Only pairs whose margin is above this are taken, in units of reward; at least 0. */
  readonly minMargin: number;
  /** Seed of `best-random`: a whole number from 0 to 2³² − 1. */
  readonly seed: number;
}

export const DEFAULT_PAIR_SETTINGS: PairSettings = { select: 'best-worst', minMargin: 0, seed: 0 };

/** The largest seed: what 32 bits hold. */
export const MAX_SEED = 0xffffffff;

/** Two responses to one prompt, as indices into their rewards. */
export interface PreferencePair {
  readonly chosen: number;
  readonly rejected: number;
  /** Reward of the chosen one less that of the rejected one; above 0. */
  readonly margin: number;
}

/** Whether two responses, given as indices, have the same text. */
export type SameText = (one: number, other: number) => boolean;

/** Why a group gives no pair. */
export const SKIP_REASONS = ['single_response', 'equal_rewards', 'below_margin', 'same_text'] as const;

export type SkipReason = (typeof SKIP_REASONS)[number];

/** The pairs of one group; where there are none, why. */
export interface PairChoice {
  readonly pairs: readonly PreferencePair[];
  readonly skipped?: SkipReason | undefined;
}

/**
 * The preference pairs of the responses to one prompt (method, "Alignment data"): the responses i, j with
 * margin = r(i) − r(j) > minMargin,
 *
 * - `best-worst`: the one pair of the highest and the lowest reward;
 * - `best-random`: the highest, and one of those that are more than minMargin below it, each as likely;
 * - `all-above-margin`: every such pair, in the order of the responses: (0, 1), (0, 2) … (1, 2) …
 *
 * Among equal rewards the first response counts as the best and as the worst, as in numpy's `argmax` and
 * `argmin`. Two responses with the same text make no pair, whatever their rewards: nothing is to be learnt
 * from it.
 *
 * @param rewards finite, one a response. A margin between rewards near ±1.8e308 can be Infinity: the caller
 *   checks.
 * @param group the number of the group: with the seed it decides what `best-random` draws, whatever groups
 *   came before.
 * @param isSame whether two responses have the same text.
 */
export function selectPairs(
  rewards: readonly number[],
  settings: PairSettings,
  group: number,
  isSame: SameText,
): PairChoice {
  if (rewards.length < 2) return { pairs: [], skipped: 'single_response' };
  const best = rewards.indexOf(highest(rewards));
  const worst = rewards.indexOf(-highest(rewards.map((reward) => -reward)));
  const widest = rewards[best] - rewards[worst];
  if (widest === 0) return { pairs: [], skipped: 'equal_rewards' };
  if (widest <= settings.minMargin) return { pairs: [], skipped: 'below_margin' };
  const pairs = chosenPairs(rewards, settings, group, isSame, { best, worst });
  return pairs.length === 0 ? { pairs, skipped: 'same_text' } : { pairs };
}

/** Where the widest margin is wide enough. */
function chosenPairs(
  rewards: readonly number[],
  settings: PairSettings,
  group: number,
  isSame: SameText,
  { best, worst }: { readonly best: number; readonly worst: number },
): PreferencePair[] {
  if (settings.select === 'all-above-margin') return allPairs(rewards, settings.minMargin, isSame);
  if (settings.select === 'best-worst') return isSame(best, worst) ? [] : [pairOf(rewards, best, worst)];
  const drawn = drawWorse(rewards, best, settings, group, isSame);
  return drawn < 0 ? [] : [pairOf(rewards, best, drawn)];
}

/** Math.max would take every reward as an argument, of which there may be too many. */
function highest(values: readonly number[]): number {
  return values.reduce((most, value) => (value > most ? value : most), -Infinity);
}

function pairOf(rewards: readonly number[], chosen: number, rejected: number): PreferencePair {
  return { chosen, rejected, margin: rewards[chosen] - rewards[rejected] };
}

/**
 * One of the responses more than minMargin below the best; −1 where none is eligible. Every response of the
 * group gets a random number, and the eligible response with the highest wins. So raw and calibrated rewards
 * of one group draw differently only where other responses are eligible.
 */
function drawWorse(
  rewards: readonly number[],
  best: number,
  { minMargin, seed }: PairSettings,
  group: number,
  isSame: SameText,
): number {
  const generator = generatorOf(seed, group);
  let drawn = -1;
  let highestTicket = -1;
  for (let i = 0; i < rewards.length; i++) {
    const ticket = uniformFloat64(generator);
    if (rewards[best] - rewards[i] <= minMargin || ticket <= highestTicket || isSame(best, i)) continue;
    drawn = i;
    highestTicket = ticket;
  }
  return drawn;
}

/** The first 32 bits of the golden ratio's fraction: a state must not be all zeros. */
const STATE_FILL = 0x9e3779b9;

/** Outputs to discard: after a state with few bits set, the first outputs have few bits set. */
const WARM_UP = 32;

/**
 * A different generator for every seed and group. xoroshiro128+ is nearly linear: similar states give similar
 * outputs. So seed and group are hashed; used directly, neighbouring groups would get similar draws.
 */
function generatorOf(seed: number, group: number) {
  const state = [hash(seed), hash(group), hash(hash(seed) ^ group), STATE_FILL];
  const generator = xoroshiro128plusFromState(state.map((word) => word | 0));
  for (let i = 0; i < WARM_UP; i++) generator.next();
  return generator;
}

function allPairs(rewards: readonly number[], minMargin: number, isSame: SameText): PreferencePair[] {
  const pairs: PreferencePair[] = [];
  for (let i = 0; i < rewards.length; i++) {
    for (let j = i + 1; j < rewards.length; j++) {
      const pair = rewards[i] > rewards[j] ? pairOf(rewards, i, j) : pairOf(rewards, j, i);
      if (pair.margin > minMargin && !isSame(i, j)) pairs.push(pair);
    }
  }
  return pairs;
}
