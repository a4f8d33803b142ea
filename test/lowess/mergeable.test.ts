import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lowess } from '../../src/lowess/lowess.js';
import { fitStatistics, mergeStatistics, statisticsOf } from '../../src/lowess/mergeable.js';
import { samplesArbitrary } from './samples.js';

const fracArbitrary = fc.double({ min: 0.05, max: 1, noNaN: true });

test('statistics of two parts, merged, give the curve of the whole', () => {
  fc.assert(
    fc.property(
      samplesArbitrary,
      fracArbitrary,
      fc.double({ min: 0, max: 1, noNaN: true }),
      ({ x, y }, frac, share) => {
        const cut = Math.floor(share * x.length);
        fc.pre(cut > 0 && cut < x.length);
        const first = statisticsOf(x.slice(0, cut), y.slice(0, cut));
        const second = statisticsOf(x.slice(cut), y.slice(cut));
        const merged = mergeStatistics(first, second);
        const whole = lowess(x, y, { frac, iterations: 0 });
        expect(Array.from(merged.x)).toEqual(Array.from(whole.x, (value) => value + 0));
        expect(Array.from(merged.counts)).toEqual(Array.from(whole.counts));
        for (const [j, value] of fitStatistics(merged, frac).entries()) {
          expect(Math.abs(value - Number(whole.fitted[j]))).toBeLessThanOrEqual(1e-9);
        }
        expect(mergeStatistics(second, first)).toEqual(merged);
      },
    ),
  );
});

test('statistics refuse what lowess refuses', () => {
  expect(() => statisticsOf(new Float64Array(0), new Float64Array(0))).toThrow(RangeError);
  expect(() => fitStatistics(statisticsOf(Float64Array.of(1), Float64Array.of(2)), 0)).toThrow(RangeError);
});
