import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { uncentred } from '../../src/lowess/ordinary.js';
import { guessByProbing, guessFrom, residualScale, selectionRoom } from '../../src/lowess/residuals.js';
import { groupTies } from '../../src/lowess/ties.js';
import { mulberry32 } from './samples.js';

function sortedMedian(values: Float64Array): number {
  const sorted = values.map(Math.abs).sort();
  const n = sorted.length;
  return (Number(sorted[n >> 1]) + Number(sorted[(n - 1) >> 1])) / 2;
}

/** The scale of residuals that are `values` themselves: one group with fitted value 0. */
function scaleOf(values: Float64Array, guess?: { median: number; slack: number }) {
  const samples = groupTies(new Float64Array(values.length), values, uncentred);
  const fitted = new Float64Array(1);
  return residualScale(
    samples,
    fitted,
    guess ?? guessByProbing(samples, fitted),
    selectionRoom(values.length),
  );
}

describe('the median of |residual| is exact', () => {
  const value = fc.oneof(
    // Beyond 1e307 the mean of the middle two overflows, as in R.
    fc.double({ min: -1e307, max: 1e307, noNaN: true }),
    fc.integer({ min: -3, max: 3 }),
    fc.constant(0),
    fc.double({ min: -1e-300, max: 1e-300, noNaN: true }),
  );

  it('for any values, however good the guess', () => {
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 400 }),
        fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
        (list, median) => {
          const values = Float64Array.from(list);
          expect(scaleOf(values).median).toBe(sortedMedian(values));
          expect(scaleOf(values, { median, slack: 8 }).median).toBe(sortedMedian(values));
          expect(scaleOf(values, guessFrom(scaleOf(values))).median).toBe(sortedMedian(values));
        },
      ),
      { numRuns: 500 },
    );
  });

  it.each([50_000, 50_001])('for %d values of every spread', (n) => {
    const uniform = mulberry32(n);
    const shapes: ((i: number) => number)[] = [
      () => uniform() - 0.5,
      () => Math.tan(Math.PI * (uniform() - 0.5)),
      () => Math.round(4 * uniform()),
      (i) => (i % 2 === 0 ? 1e-12 : 1e12) * uniform(),
      (i) => (i % 3 === 0 ? uniform() : 0),
      (i) => i,
      () => 7,
    ];
    for (const shape of shapes) {
      const values = Float64Array.from({ length: n }, (_, i) => shape(i));
      expect(scaleOf(values).median).toBe(sortedMedian(values));
    }
  });

  it('and comes with their mean', () => {
    expect(scaleOf(Float64Array.of(1, -2, 3, -6)).mean).toBe(3);
  });
});
