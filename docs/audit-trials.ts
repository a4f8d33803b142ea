import type { AuditCode } from '../src/calibration/audit/audit-codes.js';
import { type AuditVerdict, judge } from '../src/calibration/audit/audit-verdict.js';
import { DEFAULT_DRAW, findDisputes } from '../src/calibration/audit/disputed-pairs.js';
import { evidenceOfAnswers } from '../src/calibration/audit/label-evidence.js';
import { orderChange } from '../src/calibration/audit/order-change.js';
import { type BiasCurve, biasAt } from '../src/calibration/curve/bias-curve.js';
import { estimateBias } from '../src/calibration/fit/estimate.js';
import { DEFAULT_FIT_SETTINGS } from '../src/calibration/fit/fit-settings.js';
import type { BetaDistribution } from '../src/calibration/statistics/beta.js';
import {
  type LabelWorld,
  preferenceOf,
  Randomness,
  type RewardWorld,
  type SimulatedPool,
  simulatePool,
} from './audit-worlds.js';

/** What happened in one simulated audit. */
export interface Trial {
  readonly world: RewardWorld;
  readonly labels: LabelWorld;
  readonly seed: number;
  readonly code: AuditCode;
  readonly shareDisputed: number;
  /** E[p]; and of the labels that were not asked for, how many side with calibration, of how many. */
  readonly expected: number;
  readonly siding: number;
  readonly unlabelled: number;
  readonly coversPool: boolean;
  readonly coversNewSample: boolean;
  /** The gain of the world: with its own chances of labels, over many prompts. */
  readonly trueGain: number;
}

/** Pairs of a pool, about, and of the sample that the true gain is taken from. */
export interface TrialSizes {
  readonly pairs: number;
  readonly population: number;
  /** The labels asked for. */
  readonly count: number;
}

/** Fits the rewards of a pool, and audits that fit by the labels of each of several kinds of labellers. */
export function runTrials(
  world: RewardWorld,
  labelWorlds: readonly LabelWorld[],
  sizes: TrialSizes,
  { seed, isPlacebo, beta }: { seed: number; isPlacebo: boolean; beta: BetaDistribution },
): Trial[] {
  const random = new Randomness(seed);
  const perPrompt = (world.responses * (world.responses - 1)) / 2;
  const draw = (pairs: number) => {
    const pool = simulatePool(world, Math.round(pairs / perPrompt), random);
    return isPlacebo ? { ...pool, seen: permuted(pool.chars, random) } : { ...pool, seen: pool.chars };
  };
  const pool = draw(sizes.pairs);
  const curves = fitCurves(pool);
  const [here, next, population] = [pool, draw(sizes.pairs), draw(sizes.population)].map(
    (each) => new CalibratedPool(each, curves),
  ) as [CalibratedPool, CalibratedPool, CalibratedPool];
  const { pool: shares, asked } = findDisputes(here.samples, { ...DEFAULT_DRAW, count: sizes.count, seed });
  return labelWorlds.map((labels) => {
    const label = here.labelsOf(labels, random);
    const answers = asked.map(({ left, right, calibrated, prompt }) => {
      const toLeft = label(left.index, right.index);
      const preferred = toLeft === 0 ? ('tie' as const) : toLeft > 0 ? ('left' as const) : ('right' as const);
      return { calibrated, prompt, preferred };
    });
    const verdict = judge(evidenceOfAnswers(answers), shares, beta);
    const labelled = new Set(asked.map(({ left, right }) => pairName(left.index, right.index)));
    return {
      world,
      labels,
      seed,
      code: verdict.code,
      shareDisputed: shares.shareDisputed,
      expected: (1 + verdict.gain / (shares.effectiveShare || 1)) / 2,
      ...here.others(label, labelled),
      coversPool: isIn(here.gainBy(label), verdict.interval),
      coversNewSample: isIn(next.gainBy(next.labelsOf(labels, random)), verdict.intervalNewSample),
      trueGain: population.expectedGain(labels),
    };
  });
}

function isIn(gain: number, interval: AuditVerdict['intervalNewSample']): boolean {
  const [low, high] = interval ?? [NaN, NaN];
  // Rounding may put a gain a bit beside an end that it is equal to.
  return gain >= low - 1e-12 && gain <= high + 1e-12;
}

type SeenPool = SimulatedPool & { readonly seen: Float64Array<ArrayBuffer> };

function fitCurves({ rewards, seen }: SeenPool): readonly BiasCurve[] {
  const samples = { rewards, characteristics: new Map([['chars', seen]]) };
  return estimateBias(samples, { ...DEFAULT_FIT_SETTINGS, iterations: 3 }).curves;
}

function permuted(column: Float64Array, random: Randomness): Float64Array<ArrayBuffer> {
  return Float64Array.from(random.shuffled(column.length), (i) => column[i] ?? NaN);
}

const pairName = (one: number, other: number) => `${Math.min(one, other)} ${Math.max(one, other)}`;

/** 1 where a label prefers the first response, −1 the second, 0: a tie. */
type Label = (first: number, second: number) => number;

interface ChangedPair {
  readonly first: number;
  readonly second: number;
  readonly change: number;
}

/** A pool with calibrated rewards, and the pairs that this changes. */
class CalibratedPool {
  readonly samples;
  readonly #pool: SimulatedPool;
  readonly #pairs: readonly (readonly [number, number])[];
  readonly #changed: readonly ChangedPair[];

  constructor(pool: SeenPool, curves: readonly BiasCurve[]) {
    const { rewards, groups, seen, chars } = pool;
    const biases = seen.map((length) => curves.reduce((sum, curve) => sum + biasAt(curve, length), 0));
    const calibrated = rewards.map((reward, i) => reward - (biases[i] ?? NaN));
    this.#pool = pool;
    this.samples = { rewards, biases, groups, lengths: chars };
    this.#pairs = Array.from(groups).flatMap((group, first) => {
      const pairs: [number, number][] = [];
      for (let second = first + 1; groups[second] === group; second++) pairs.push([first, second]);
      return pairs;
    });
    const at = (column: Float64Array, i: number) => column[i] ?? NaN;
    this.#changed = this.#pairs.flatMap(([first, second]) => {
      const change = orderChange(
        at(rewards, first),
        at(rewards, second),
        at(calibrated, first),
        at(calibrated, second),
        0,
      );
      return change === 0 ? [] : [{ first, second, change }];
    });
  }

  /** One label for every pair, the same whenever it is asked for. */
  labelsOf(labels: LabelWorld, random: Randomness): Label {
    const known = new Map<string, number>();
    for (const [first, second] of this.#pairs) {
      const chance = preferenceOf(this.#pool, labels, first, second);
      known.set(pairName(first, second), chance === undefined ? 0 : random.uniform() < chance ? 1 : -1);
    }
    return (first, second) => (known.get(pairName(first, second)) ?? NaN) * (first < second ? 1 : -1);
  }

  /** The gain in accuracy over all pairs, ties of rewards a half; a label that is a tie gains nothing. */
  gainBy(label: Label): number {
    return this.#meanChange(({ first, second }) => label(first, second));
  }

  /** The same, expected: with the chances of labels. */
  expectedGain(labels: LabelWorld): number {
    return this.#meanChange(({ first, second }) => {
      const chance = preferenceOf(this.#pool, labels, first, second);
      return chance === undefined ? 0 : 2 * chance - 1;
    });
  }

  #meanChange(preferred: (pair: ChangedPair) => number): number {
    const sum = this.#changed.reduce((gain, pair) => gain + (pair.change / 2) * preferred(pair), 0);
    return sum / this.#pairs.length;
  }

  /** Of the disputed pairs that were not asked about: how many labels side with calibration, of how many. */
  others(label: Label, labelled: ReadonlySet<string>): { siding: number; unlabelled: number } {
    let [siding, unlabelled] = [0, 0];
    for (const { first, second, change } of this.#changed) {
      if (Math.abs(change) < 2 || labelled.has(pairName(first, second))) continue;
      const sides = Math.sign(change) * label(first, second);
      if (sides === 0) continue;
      unlabelled++;
      if (sides > 0) siding++;
    }
    return { siding, unlabelled };
  }
}
