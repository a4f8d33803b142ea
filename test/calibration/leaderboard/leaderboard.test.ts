import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { BiasCurve } from '../../../src/calibration/curve/bias-curve.js';
import { InvalidInput } from '../../../src/calibration/errors.js';
import { agreementWith, kendallTauB } from '../../../src/calibration/leaderboard/agreement.js';
import { DEFAULT_VARIANTS, gameabilityOf } from '../../../src/calibration/leaderboard/gameability.js';
import { rankGenerators } from '../../../src/calibration/leaderboard/leaderboard.js';
import { placeOutputs, type ScoredOutputs } from '../../../src/calibration/leaderboard/scored-outputs.js';
import { ranksOf, winRates } from '../../../src/calibration/leaderboard/win-rate.js';
import { logistic } from '../../../src/calibration/statistics/logistic.js';

/** From scipy and decimal arithmetic; see golden/leaderboard.py. */
const golden: {
  kendall: { name: string; x: number[]; y: number[]; tau: number }[];
  sigmoid: { margin: number; value: number }[];
  ranks: { values: number[]; ranks: number[] };
} = JSON.parse(readFileSync(new URL('../golden/leaderboard.json', import.meta.url), 'utf8'));

const same = (value: number) => ({ raw: value, calibrated: value });

describe('win rates', () => {
  test.each(golden.sigmoid)('sigmoid($margin) is 1 / (1 + e^−m)', ({ margin, value }) => {
    expect(Math.abs(logistic(margin) - value)).toBeLessThanOrEqual(4e-16 * value + Number.MIN_VALUE);
  });

  test('margins beyond every double are a certain win and a certain loss', () => {
    expect([logistic(Number.POSITIVE_INFINITY), logistic(Number.NEGATIVE_INFINITY)]).toEqual([1, 0]);
  });

  test('a tie is half a win, but no discrete win', () => {
    const [alone, mixed] = winRates(Float64Array.of(0, 0, Math.log(3)), Int32Array.of(0, 1, 1), 2);
    expect(alone).toEqual({ winRate: 50, discreteWinRate: 0 });
    expect(mixed?.winRate).toBeCloseTo(62.5, 12);
    expect(mixed?.discreteWinRate).toBe(50);
  });

  test('equal rates share the better rank, as in scipy', () => {
    expect(ranksOf(golden.ranks.values)).toEqual(golden.ranks.ranks);
  });
});

describe('agreement with a reference', () => {
  test.each(golden.kendall)("Kendall's tau-b is as scipy has it: $name", ({ x, y, tau }) => {
    expect(kendallTauB(Float64Array.from(x), Float64Array.from(y))).toBeCloseTo(tau, 14);
  });

  test('is undefined where a column is constant, or has fewer than two values', () => {
    expect(kendallTauB(Float64Array.of(1, 1, 1), Float64Array.of(1, 2, 3))).toBeNull();
    expect(kendallTauB(Float64Array.of(1), Float64Array.of(2))).toBeNull();
    expect(agreementWith([], ['a'], [same(50)])).toEqual({
      compared: 0,
      spearman: { raw: null, calibrated: null },
      kendall: { raw: null, calibrated: null },
    });
  });

  test('passes over generators that one side does not know', () => {
    const reference = [
      { generator: 'a', score: 1 },
      { generator: 'unknown', score: 99 },
      { generator: 'c', score: 3 },
    ];
    const rates = [
      { raw: 10, calibrated: 30 },
      { raw: 99, calibrated: 0 },
      { raw: 20, calibrated: 20 },
    ];
    const { compared, spearman, kendall } = agreementWith(reference, ['a', 'b', 'c'], rates);
    expect([compared, kendall]).toEqual([2, { raw: 1, calibrated: -1 }]);
    expect(spearman.raw).toBeCloseTo(1, 12);
    expect(spearman.calibrated).toBeCloseTo(-1, 12);
  });
});

describe('gameability', () => {
  const generators = ['a', 'a_concise', 'a_verbose', 'b', 'c_verbose'];
  const rates = [20, 10, 30, 50, 90].map((raw) => ({ raw, calibrated: raw / 2 }));

  test('does not fall where calibration only shrank the metric', () => {
    const result = gameabilityOf(generators, rates, DEFAULT_VARIANTS);
    // std(20, 10, 30) = 10 and its mean 20; std(20, 30) = 5 √2 and its mean 25; a_concise (10) and b (50)
    // stand for the models.
    expect(result?.models).toEqual([{ generator: 'a', spread: { raw: 0.5, calibrated: 0.5 } }]);
    expect(result?.metricScale).toBeCloseTo(2, 12);
    expect(result?.all).toEqual({
      unscaled: { raw: 0.5, calibrated: 0.5 },
      rescaled: { raw: 0.5, calibrated: 1 },
    });
    expect(result?.verbosity.unscaled.raw).toBeCloseTo((5 * Math.SQRT2) / 25, 12);
    expect(result?.conciseness.unscaled.raw).toBeCloseTo((5 * Math.SQRT2) / 15, 12);
  });

  test('is told only where a model has all three variants, under the names given', () => {
    expect(gameabilityOf(['a', 'a_verbose'], rates, DEFAULT_VARIANTS)).toBeUndefined();
    const other = gameabilityOf(['a', 'a-short', 'a-long'], rates, { concise: '-short', verbose: '-long' });
    expect(other?.models[0]?.spread.raw).toBe(0.5);
  });

  test('rescales nothing where only one model is there', () => {
    const result = gameabilityOf(generators.slice(0, 3), rates, DEFAULT_VARIANTS);
    expect(result?.metricScale).toBeNull();
    expect(result?.all.rescaled).toEqual({ raw: 0.5, calibrated: null });
  });
});

describe('placing outputs', () => {
  const output = (generator: string, promptId: string | number) => ({ generator, promptId });
  const refusal = (work: () => unknown) => {
    try {
      work();
    } catch (error) {
      if (error instanceof InvalidInput) return error.violations.map(({ path }) => path.join('/'));
      throw error;
    }
    return [];
  };

  test('finds generator and baseline, whatever the order', () => {
    const places = placeOutputs([output('b', 2), output('a', '2'), output('b', '2')], ['2', 2]);
    expect(places.generators).toEqual(['b', 'a']);
    expect([...places.generatorOf]).toEqual([0, 1, 0]);
    expect([...places.baselineOf]).toEqual([1, 0, 0]);
  });

  test('names every output without a baseline, and what is there twice', () => {
    const outputs = [output('a', 1), output('a', 3), output('b', 1), output('a', 1), output('a', '1')];
    expect(refusal(() => placeOutputs(outputs, [1, 2, 2]))).toEqual([
      'baseline/2/prompt_id',
      'outputs/1/prompt_id',
      'outputs/3',
      'outputs/4/prompt_id',
    ]);
  });
});

describe('ranking generators', () => {
  const curve: BiasCurve = {
    characteristic: 'chars',
    alpha: 0.5,
    knots: Float64Array.of(0, 100),
    biases: Float64Array.of(0, 4),
    beyond: 'hold',
    meanBias: 1,
  };
  const options = { variants: DEFAULT_VARIANTS };
  const by = (one: BiasCurve) => ({ curves: [one], left: [] });
  const scored = (rewards: number[], chars: number[], baselineReward = 1): ScoredOutputs => ({
    ...placeOutputs(
      rewards.map((_, i) => ({ generator: `model ${i}`, promptId: 1 })),
      [1],
    ),
    outputs: {
      rewards: Float64Array.from(rewards),
      characteristics: new Map([['chars', Float64Array.from(chars)]]),
    },
    baseline: {
      rewards: Float64Array.of(baselineReward),
      characteristics: new Map([['chars', Float64Array.of(50)]]),
    },
  });

  test('subtracts alpha times the bias from outputs and baselines alike', () => {
    const { generators, extrapolated } = rankGenerators(scored([3, 2], [200, 25]), by(curve), options);
    // Calibrated rewards 3 − 2 and 2 − 0.5, the baseline's 1 − 1 = 0; the first output lies beyond the last
    // knot.
    expect(generators.map(({ generator, rank }) => [generator, rank])).toEqual([
      ['model 1', { raw: 2, calibrated: 1 }],
      ['model 0', { raw: 1, calibrated: 2 }],
    ]);
    expect(generators.map(({ winRate }) => winRate)).toEqual([
      { raw: 100 * logistic(1), calibrated: 100 * logistic(1.5) },
      { raw: 100 * logistic(2), calibrated: 100 * logistic(1) },
    ]);
    expect(extrapolated).toEqual({ outputs: 1, baseline: 0 });
  });

  test('equals are listed by name and share a rank', () => {
    const { generators } = rankGenerators(scored([1, 1, 2], [50, 50, 50]), by(curve), options);
    expect(generators.map(({ generator, rank }) => [generator, rank.calibrated])).toEqual([
      ['model 2', 1],
      ['model 0', 2],
      ['model 1', 2],
    ]);
  });

  test('margins beyond every double are no NaN; a calibrated reward beyond is refused by its place', () => {
    const huge = Number.MAX_VALUE;
    const { generators } = rankGenerators(scored([huge, -huge], [0, 0], -huge), by(curve), options);
    expect(generators.map(({ winRate }) => winRate.raw)).toEqual([100, 50]);
    const steep = { ...curve, biases: Float64Array.of(0, -huge), alpha: 1 };
    const work = () => rankGenerators(scored([0, huge], [0, 100], 0), by(steep), options);
    expect(work).toThrow(
      expect.objectContaining({ violations: [expect.objectContaining({ path: ['outputs', 1, 'reward'] })] }),
    );
  });
});
