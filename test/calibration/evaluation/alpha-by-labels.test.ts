import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { biasAt } from '../../../src/calibration/curve/bias-curve.js';
import { evaluate, fitPairs } from '../../../src/calibration/evaluation/evaluate.js';
import { measurePairs, type PairRow } from '../../../src/calibration/evaluation/pairs.js';
import {
  type CharacteristicSetting,
  DEFAULT_FIT_SETTINGS,
  ESTIMATORS,
  type FitSettings,
} from '../../../src/calibration/fit/fit-settings.js';
import { loadBeta } from '../../../src/calibration/statistics/beta.js';
import { drawsOf } from '../../support/simulated-samples.js';

const beta = await loadBeta();
const JUDGED = { ties: 'half' as const, bootstrap: { resamples: 100, seed: 0 }, protocol: undefined };

/** Pairs of a reward with a bias in two characteristics; labellers like quality, and length by `taste`. */
function simulatedPairs(count: number, seed: number, taste: number): PairRow[] {
  const { normal, uniform } = drawsOf(seed);
  const draw = (prompt: string) => {
    const [quality, length, lists] = [normal(), normal(), Math.floor(5 * uniform())];
    // No two lengths are equal: windows do not depend on the order of samples then.
    const chars = 500 * Math.exp(0.6 * length) + uniform() / 1000;
    const reward = quality + length + lists / 3 + 0.3 * normal();
    return { worth: quality + taste * length, row: { reward, prompt, characteristics: { chars, lists } } };
  };
  return Array.from({ length: count }, (_, i) => {
    const [one, other] = [draw(`prompt ${i >> 1}`), draw(`prompt ${i >> 1}`)];
    return one.worth > other.worth
      ? { chosen: one.row, rejected: other.row }
      : { chosen: other.row, rejected: one.row };
  });
}

function choose(rows: readonly PairRow[], settings: Partial<FitSettings>) {
  const pairs = measurePairs(rows, ['chars', 'lists'], () => ({
    path: [],
    response: '',
    characteristics: '',
  }));
  const fitted = fitPairs(pairs, { ...DEFAULT_FIT_SETTINGS, ...settings }, beta);
  return { pairs, fitted, evaluation: evaluate(pairs, fitted, JUDGED, beta) };
}

const chars: CharacteristicSetting = { name: 'chars', alpha: 'auto' };
const lists: CharacteristicSetting = { name: 'lists', alpha: 'auto' };

describe('alpha by labels', () => {
  test.each(ESTIMATORS)('is that of the verdict where there is one characteristic: %s', (estimator) => {
    const alphas = new Set<number>();
    for (const taste of [0, 0.5, 1.5]) {
      for (const [count, seed] of [
        [6, 1],
        [30, 2],
        [120, 3],
      ] as const) {
        const rows = simulatedPairs(count, seed, taste);
        const { fitted, evaluation } = choose(rows, { estimator, minSamples: 2, characteristics: [chars] });
        const [choice, ...others] = fitted.alphaChoices;
        const { evidence, pool, verdict } = evaluation.audit;
        expect(others).toEqual([]);
        expect(choice).toEqual({ characteristic: 'chars', evidence, pool, verdict });
        for (const curve of fitted.curves) expect(curve.alpha).toBe(verdict.alpha);
        alphas.add(verdict.alpha);
      }
    }
    expect(alphas.size).toBeGreaterThan(1);
  });

  test('does not depend on the order of the pairs', () => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(0, 1), (seed, taste) => {
        const rows = simulatedPairs(40, seed, taste);
        const [one, other] = [rows, rows.toReversed()].map((each) =>
          choose(each, { characteristics: [chars, lists] }).fitted.alphaChoices.map(({ verdict }) => [
            verdict.alpha,
            verdict.probability,
          ]),
        );
        expect(other).toEqual(one);
      }),
      { numRuns: 20 },
    );
  });

  test.each([
    [[chars, lists]],
    [[{ name: 'chars', alpha: 0.7 }, lists]],
    [[chars, { name: 'lists', alpha: 0.7 }]],
    [[lists, chars]],
  ] as [CharacteristicSetting[]][])(
    'judges a characteristic by what removing its bias does to what earlier ones left: %j',
    (characteristics) => {
      for (const taste of [0, 1]) {
        const { pairs, fitted } = choose(simulatedPairs(80, 7, taste), { characteristics });
        expect(fitted.alphaChoices.map(({ characteristic }) => characteristic)).toEqual(
          characteristics.filter(({ alpha }) => alpha === 'auto').map(({ name }) => name),
        );
        let remaining = Array.from(pairs.samples.rewards);
        for (const curve of fitted.curves) {
          const values = pairs.samples.characteristics.get(curve.characteristic) ?? new Float64Array();
          const full = remaining.map((reward, i) => reward - biasAt(curve, values[i] ?? Number.NaN));
          const gain = creditOf(full) - creditOf(remaining);
          const choice = fitted.alphaChoices.find(
            ({ characteristic }) => characteristic === curve.characteristic,
          );
          if (choice !== undefined) {
            expect(choice.evidence.fixed - choice.evidence.broken).toBe(gain);
            expect(choice.verdict.alpha).toBe(curve.alpha);
          }
          remaining = remaining.map(
            (reward, i) => reward - curve.alpha * biasAt(curve, values[i] ?? Number.NaN),
          );
        }
      }
    },
  );

  test('is 1 where labellers do not care for length, and 0 where they like it as rewards do', () => {
    const chosen = [0, 1.5].map(
      (taste) => choose(simulatedPairs(400, 11, taste), { characteristics: [chars] }).fitted.curves[0]?.alpha,
    );
    expect(chosen).toEqual([1, 0]);
  });

  test('is decided from the first labels on, which are preliminary', () => {
    const { fitted, evaluation } = choose(simulatedPairs(5, 1, 0), { characteristics: [chars] });
    expect(fitted.alphaChoices).toHaveLength(1);
    expect(evaluation.accuracy.outOfSample).toBeNull();
    expect(evaluation.verdict.explanation).toMatch(/preliminary|hardly changes/);
    expect(() => choose(simulatedPairs(4, 1, 0), { characteristics: [chars] })).toThrow(/too few to fit/);
  });
});

/** Right pairs, half for ties, of all chosen and then all rejected rewards. */
function creditOf(rewards: readonly number[]): number {
  const count = rewards.length / 2;
  const chosen = rewards.slice(0, count);
  return chosen.reduce((sum, reward, i) => {
    const other = rewards[i + count] ?? Number.NaN;
    return sum + (reward > other ? 1 : reward === other ? 0.5 : 0);
  }, 0);
}
