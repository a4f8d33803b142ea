import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvalidInput } from '../../../src/calibration/errors.js';
import { countWithin, estimateMean, meanPairDistance } from '../../../src/calibration/estimators/mean.js';

interface GoldenWindows {
  reach: number;
  /** Value, count, mean, standard deviation ÷ √count. */
  rows: [number, number, number, number][];
}

const golden: {
  values: number[];
  rewards: number[];
  by_ratio: GoldenWindows;
  by_distance: GoldenWindows;
} = JSON.parse(readFileSync(new URL('../golden/mean.json', import.meta.url), 'utf8'));
const values = Float64Array.from(golden.values);
const rewards = Float64Array.from(golden.rewards);
const sorted = values.toSorted();

/** Pairs of fitted samples with a given mean distance. */
const ofPairs = (meanDistance: number | undefined) =>
  meanDistance === undefined ? undefined : { meanDistance, others: new Float64Array() };

describe('RC-Mean', () => {
  // Of lengths in steps of 5 and a distance of 40 ÷ 4 every window ends on samples, all of which count.
  test.each([
    ['reach from all pairs of samples', golden.by_ratio, undefined],
    ['reach from a given distance, windows that end on samples', golden.by_distance, 40],
  ])('is the mean of every window, as numpy finds it by brute force: %s', (_, expected, distance) => {
    const { estimate, reach } = estimateMean(values, rewards, { ratio: 4, minSamples: 1 }, ofPairs(distance));
    expect(reach).toBeCloseTo(expected.reach, 12);
    expect(Array.from(estimate.knots)).toEqual(expected.rows.map(([value]) => value));
    for (const [j, [value, count, mean, error]] of expected.rows.entries()) {
      expect(estimate.biases[j]).toBeCloseTo(mean, 10);
      expect(estimate.standardErrors?.[j]).toBeCloseTo(error, 10);
      expect(countWithin(sorted, value, reach)).toBe(count);
    }
    const meanBias = golden.values
      .map((value) => Number(expected.rows.find(([knot]) => knot === value)?.[2]))
      .reduce((a, b) => a + b / golden.values.length, 0);
    expect(estimate.meanBias).toBeCloseTo(meanBias, 9);
  });

  test('says nothing where a window holds fewer samples than asked for, and takes one that holds just as many', () => {
    const rows = golden.by_distance.rows;
    for (const minSamples of [16, 19, 25, 34]) {
      const { estimate } = estimateMean(values, rewards, { ratio: 4, minSamples }, ofPairs(40));
      const supported = rows.filter(([, count]) => count >= minSamples).map(([value]) => value);
      expect(Array.from(estimate.knots)).toEqual(supported);
    }
  });

  test('refuses where no window holds enough, and says how far they reach', () => {
    const fit = () => estimateMean(values, rewards, { ratio: 4, minSamples: 35 }, ofPairs(40));
    expect(fit).toThrow(InvalidInput);
    expect(fit).toThrow(/±10 holds 35 samples/);
  });

  test('of equal lengths is the mean of all rewards', () => {
    const { estimate, reach } = estimateMean(new Float64Array(120).fill(7), rewards, {
      ratio: 4,
      minSamples: 20,
    });
    expect(reach).toBe(0);
    expect(Array.from(estimate.knots)).toEqual([7]);
    expect(estimate.biases[0]).toBeCloseTo(golden.rewards.reduce((a, b) => a + b) / 120, 10);
  });

  test('does not depend on the order of the samples', () => {
    const settings = { ratio: 4, minSamples: 20 };
    const there = estimateMean(values, rewards, settings);
    const back = estimateMean(values.toReversed(), rewards.toReversed(), settings);
    expect(back.reach).toBe(there.reach);
    expect(back.estimate.knots).toEqual(there.estimate.knots);
    for (const [j, bias] of there.estimate.biases.entries())
      expect(back.estimate.biases[j]).toBeCloseTo(bias, 10);
  });
});

describe('RC-Mean with huge outliers', () => {
  /** A rational number of doubles whose exponents are above −400: exact, as a whole number of 2⁻⁴⁵⁰. */
  const whole = (value: number) => {
    const [mantissa, exponent] = mantissaAndExponent(value);
    return BigInt(mantissa) << BigInt(exponent + 450);
  };
  const mantissaAndExponent = (value: number): [number, number] => {
    if (value === 0) return [0, 0];
    const exponent = Math.max(-400, Math.floor(Math.log2(Math.abs(value))) - 52);
    return [value / 2 ** exponent, exponent];
  };
  /** The mean of doubles in exact arithmetic, rounded to some 30 digits. */
  const exactMean = (column: readonly number[]) => {
    const sum = column.reduce((total, value) => total + whole(value), 0n);
    return Number((sum * 10n ** 20n) / BigInt(column.length) / 2n ** 350n) / 1e20 / 2 ** 100;
  };

  test('every window has the digits of its own samples, in whole numbers of any length', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 120, maxLength: 300 }),
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 38 }), fc.boolean()), {
          minLength: 1,
          maxLength: 3,
        }),
        fc.constantFrom(0, 1e3, -1e6),
        fc.integer({ min: 3, max: 60 }),
        (lengths, outliers, offset, reach) => {
          const column = Float64Array.from(lengths);
          const scores = column.map((value, i) => offset + value / 100 + ((i * 7919) % 1013) / 1013);
          for (const [i, power, isHigh] of outliers)
            scores[i % scores.length] = (isHigh ? 1 : -1) * 10 ** power;
          const { estimate } = estimateMean(column, scores, { ratio: 1, minSamples: 1 }, ofPairs(reach));
          for (const [j, knot] of estimate.knots.entries()) {
            const inside = Array.from(scores).filter((_, i) => Math.abs((column[i] ?? 0) - knot) <= reach);
            const content = inside.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
            const distance = Math.abs((estimate.biases[j] ?? Number.NaN) - exactMean(inside));
            expect(distance).toBeLessThanOrEqual(1e-12 * Math.max(1, content));
            const mean = exactMean(inside);
            const variance = inside.reduce((sum, value) => sum + (value - mean) ** 2 / inside.length, 0);
            const error = Math.sqrt(variance / inside.length);
            expect(Math.abs((estimate.standardErrors?.[j] ?? Number.NaN) - error)).toBeLessThanOrEqual(
              1e-9 * error + 1e-12 * content,
            );
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('the mean distance of all pairs of different samples', () => {
  test('is that of every pair, added one by one', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -500, max: 5000 }), { minLength: 2, maxLength: 40 }),
        (column) => {
          const distances = column.flatMap((one, i) =>
            column.slice(i + 1).map((other) => Math.abs(one - other)),
          );
          const mean = distances.reduce((a, b) => a + b) / distances.length;
          expect(meanPairDistance(Float64Array.from(column).sort())).toBeCloseTo(mean, 9);
        },
      ),
    );
  });

  test('is numpy’s, and keeps its digits far from zero', () => {
    expect(meanPairDistance(sorted)).toBeCloseTo(4 * golden.by_ratio.reach, 12);
    expect(meanPairDistance(sorted.map((value) => value + 1e12))).toBeCloseTo(4 * golden.by_ratio.reach, 12);
  });

  test('is 0 for fewer than two samples', () => {
    expect([[], [3]].map((column) => meanPairDistance(Float64Array.from(column)))).toEqual([0, 0]);
  });
});
