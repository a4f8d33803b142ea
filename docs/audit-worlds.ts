import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { logistic } from '../src/calibration/statistics/logistic.js';

/** A simulated reward model: reward = quality + bias · 0.8 log(length) + noise · normal, perhaps rounded. */
export interface RewardWorld {
  /** How much more than quality the reward goes by length. */
  readonly bias: number;
  readonly noise: number;
  /** Rewards are whole numbers, as a judge's: then a quarter to a third of the pairs are tied. */
  readonly discrete: boolean;
  /** k responses to a prompt are k (k − 1) ÷ 2 pairs. */
  readonly responses: number;
}

/** Simulated labellers: they prefer by quality + taste · 0.8 log(length). */
export interface LabelWorld {
  /** How much they like longer responses themselves, on the scale of `bias`. */
  readonly taste: number;
  /** The share of labels that are turned round. */
  readonly flips: number;
  /** Labels of responses of nearly equal worth are ties: about a fifth. */
  readonly ties: boolean;
  /** The share of labels that just prefer the longer response. */
  readonly longer: number;
}

/** Responses to some prompts, as columns; consecutive ones answer the same prompt. */
export interface SimulatedPool {
  readonly rewards: Column;
  readonly chars: Column;
  readonly quality: Column;
  readonly groups: Int32Array<ArrayBuffer>;
  /** How much more the labellers like length at this prompt than on average: their labels depend on it. */
  readonly moods: Column;
}
type Column = Float64Array<ArrayBuffer>;

/** Random numbers of one seed. */
export class Randomness {
  readonly #generator;

  constructor(seed: number) {
    this.#generator = xoroshiro128plus(seed);
  }

  uniform(): number {
    return uniformFloat64(this.#generator);
  }

  /** Box & Muller (1958). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
  }

  /** The numbers below `count`, in random order: Fisher & Yates, Durstenfeld (1964). */
  shuffled(count: number): number[] {
    const order = Array.from({ length: count }, (_, i) => i);
    for (let i = count - 1; i > 0; i--) {
      const other = Math.floor(this.uniform() * (i + 1));
      [order[i], order[other]] = [order[other] ?? 0, order[i] ?? 0];
    }
    return order;
  }
}

/** The median length, in characters, and the spread of its logarithm, of which half is the prompt's. */
const MIDDLE = 1000;
const SPREAD = 0.7;

/** What a length adds to reward or worth, at bias or taste 1: a standard deviation of 0.56. */
const worthOfLength = (chars: number) => 0.8 * Math.log(chars / MIDDLE);

/** How much the labellers' taste differs between prompts. */
const MOOD = 0.5;

/** Draws a pool of so many prompts. */
export function simulatePool(world: RewardWorld, prompts: number, random: Randomness): SimulatedPool {
  const { bias, noise, discrete, responses } = world;
  const count = prompts * responses;
  const [rewards, chars, quality] = [0, 0, 0].map(() => new Float64Array(count)) as [Column, Column, Column];
  const groups = Int32Array.from({ length: count }, (_, i) => Math.floor(i / responses));
  const moods = new Float64Array(prompts);
  let promptLength = 0;
  for (let i = 0; i < count; i++) {
    if (i % responses === 0) {
      promptLength = random.normal();
      moods[i / responses] = MOOD * random.normal();
    }
    const length = MIDDLE * Math.exp(SPREAD * Math.SQRT1_2 * (promptLength + random.normal()));
    chars[i] = Math.max(1, Math.round(length));
    quality[i] = random.normal();
    const reward = (quality[i] ?? NaN) + bias * worthOfLength(chars[i] ?? NaN) + noise * random.normal();
    rewards[i] = discrete ? Math.round(reward) : reward;
  }
  return { rewards, chars, quality, groups, moods };
}

/** How decided labellers are: the slope of the logistic function of the difference in worth. */
const DECIDEDNESS = 2;

/** Below this difference in worth they call it a tie. */
const TIE = 0.35;

/** The chance that a label prefers the first of two responses to a prompt; undefined: it is a tie. */
export function preferenceOf(
  pool: SimulatedPool,
  { taste, flips, ties, longer }: LabelWorld,
  first: number,
  second: number,
): number | undefined {
  const { quality, chars, groups, moods } = pool;
  const liking = taste + (moods[groups[first] ?? NaN] ?? NaN);
  const worth = (response: number) =>
    (quality[response] ?? NaN) + liking * worthOfLength(chars[response] ?? NaN);
  const difference = worth(first) - worth(second);
  if (ties && Math.abs(difference) < TIE) return undefined;
  const bySight = (chars[first] ?? NaN) > (chars[second] ?? NaN) ? 1 : 0;
  const byWorth = logistic(DECIDEDNESS * difference);
  return flips + (1 - 2 * flips) * ((1 - longer) * byWorth + longer * bySight);
}
