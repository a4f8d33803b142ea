import { describe, expect, test } from 'vitest';
import { runTrials, type Trial } from '../docs/audit-trials.js';
import type { LabelWorld, RewardWorld } from '../docs/audit-worlds.js';
import { loadBeta } from '../src/calibration/statistics/beta.js';

const beta = await loadBeta();
const SIZES = { pairs: 600, population: 2_000, count: 20 };
const ROUNDS = 6;

/** Labellers without a bias, with it, with noise and with ties. */
const LABELS: readonly LabelWorld[] = [
  { taste: 0, flips: 0, ties: false, longer: 0 },
  { taste: 1, flips: 0, ties: false, longer: 0 },
  { taste: 0, flips: 0.2, ties: true, longer: 0 },
  { taste: 2, flips: 0.1, ties: true, longer: 0 },
];

/** Reward models with continuous and with whole-number rewards, one and several pairs a prompt. */
const WORLDS: readonly RewardWorld[] = [
  { bias: 1, noise: 0.3, discrete: false, responses: 2 },
  { bias: 2, noise: 1, discrete: false, responses: 4 },
  { bias: 1, noise: 1, discrete: true, responses: 2 },
  { bias: 2, noise: 0.3, discrete: true, responses: 5 },
];

function trialsOf(isPlacebo: boolean): Trial[] {
  return WORLDS.flatMap((world, place) =>
    Array.from({ length: ROUNDS }, (_, round) =>
      runTrials(world, LABELS, SIZES, { seed: 100 * place + round, isPlacebo, beta }),
    ).flat(),
  );
}

const shareOf = (trials: readonly Trial[], holds: (trial: Trial) => boolean) =>
  trials.filter(holds).length / trials.length;

describe('simulated audits', () => {
  const trials = trialsOf(false);

  test('have intervals that hold the gain, for continuous and for whole-number rewards', () => {
    for (const discrete of [false, true]) {
      const group = trials.filter(({ world }) => world.discrete === discrete);
      expect(shareOf(group, ({ coversPool }) => coversPool)).toBeGreaterThan(0.85);
      expect(shareOf(group, ({ coversNewSample }) => coversNewSample)).toBeGreaterThan(0.85);
    }
  });

  test('find the gain where labellers do not like length, and the loss where they do', () => {
    const [unbiased, biased] = [0, 2].map((taste) => trials.filter(({ labels }) => labels.taste === taste));
    expect(shareOf(unbiased ?? [], ({ code }) => code === 'calibrate')).toBeGreaterThan(0.25);
    expect(shareOf(biased ?? [], ({ code }) => code === 'calibrate')).toBeLessThan(0.1);
    expect(shareOf(trials, ({ code, trueGain }) => code === 'calibrate' && trueGain < 0)).toBeLessThan(0.1);
  });

  test('of a placebo, lengths permuted, seldom say calibrate', () => {
    expect(shareOf(trialsOf(true), ({ code }) => code === 'calibrate')).toBeLessThan(0.1);
  });

  test('are the same for the same seed', () => {
    const [world] = WORLDS;
    if (world === undefined) throw new RangeError('no world');
    const once = () => runTrials(world, LABELS, SIZES, { seed: 5, isPlacebo: false, beta });
    expect(once()).toEqual(once());
  });
});
