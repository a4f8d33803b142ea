import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { grow, rounded } from '../../src/lowess/exact-sum.js';
import { lowess } from '../../src/lowess/lowess.js';
import { fitStatistics, groupStatistics, mergeStatistics } from '../../src/lowess/mergeable.js';
import { lengthsAndRewards, samplesArbitrary } from './samples.js';

const wide = fc.double({ min: -1e100, max: 1e100, noNaN: true });

describe('statistics of parts, merged, give the curve of the whole', () => {
  it('to the bit, wherever the samples are divided and however wide their rewards spread', () => {
    fc.assert(
      fc.property(
        samplesArbitrary,
        fc.array(wide, { minLength: 300, maxLength: 300 }),
        fc.nat(),
        (s, rewards, cut) => {
          const y = s.y.map((_, i) => Number(rewards[i]));
          const at = cut % s.x.length;
          if (at === 0) return;
          const whole = groupStatistics(s.x, y);
          const first = groupStatistics(s.x.subarray(0, at), y.subarray(0, at));
          const second = groupStatistics(s.x.subarray(at), y.subarray(at));
          const expected = fitStatistics(whole, { frac: 0.4 });
          expect(fitStatistics(mergeStatistics(first, second), { frac: 0.4 })).toEqual(expected);
          expect(fitStatistics(mergeStatistics(second, first), { frac: 0.4 })).toEqual(expected);
        },
      ),
    );
  });

  it('which is that of lowess without iterations', () => {
    const { x, y } = lengthsAndRewards(5000, 41);
    const direct = lowess(x, y, { frac: 0.3, iterations: 0 });
    const parts = [0, 1, 2, 3, 4].map((p) =>
      groupStatistics(x.subarray(1000 * p, 1000 * p + 1000), y.subarray(1000 * p, 1000 * p + 1000)),
    );
    const merged = fitStatistics(parts.reduce(mergeStatistics), { frac: 0.3 });
    expect(merged.x).toEqual(direct.x);
    expect(Array.from(merged.counts)).toEqual(Array.from(direct.counts));
    for (const [j, value] of direct.fitted.entries()) {
      expect(Math.abs(value - Number(merged.fitted[j]))).toBeLessThanOrEqual(1e-12);
    }
  });

  it('and leave the merged statistics as they were', () => {
    const a = groupStatistics(Float64Array.of(1, 2), Float64Array.of(0.1, 0.2));
    const b = groupStatistics(Float64Array.of(2, 3), Float64Array.of(0.7, 0.4));
    mergeStatistics(a, b);
    expect(a).toEqual(groupStatistics(Float64Array.of(1, 2), Float64Array.of(0.1, 0.2)));
    expect(b).toEqual(groupStatistics(Float64Array.of(2, 3), Float64Array.of(0.7, 0.4)));
  });

  it('refuse a frac outside (0, 1]', () => {
    const statistics = groupStatistics(Float64Array.of(1), Float64Array.of(1));
    expect(() => fitStatistics(statistics, { frac: 0 })).toThrow(RangeError);
  });
});

describe('exact sums', () => {
  const sumOf = (values: number[]) => {
    const expansion: number[] = [];
    for (const value of values) grow(expansion, value);
    return rounded(expansion);
  };

  it('lose nothing to cancellation', () => {
    expect(sumOf([1e100, 1, -1e100])).toBe(1);
    expect(sumOf(Array.from({ length: 10 }, () => 0.1))).toBe(1);
    expect(sumOf([])).toBe(0);
  });

  it('round halves to even, also where the parts below decide', () => {
    expect(sumOf([2 ** 53, 1])).toBe(2 ** 53);
    expect(sumOf([2 ** 53, 1, 2 ** -60])).toBe(2 ** 53 + 2);
    expect(sumOf([2 ** 53 + 2, 1, -(2 ** -60)])).toBe(2 ** 53 + 2);
  });

  it('do not depend on the order of their terms', () => {
    fc.assert(
      fc.property(fc.array(wide, { maxLength: 50 }), (values) => {
        expect(sumOf(values.slice().reverse())).toBe(sumOf(values));
        expect(sumOf(values.slice().sort((a, b) => a - b))).toBe(sumOf(values));
      }),
    );
  });
});
