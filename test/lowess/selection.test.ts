import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { medianOf } from '../../src/lowess/selection.js';
import { mulberry32 } from './samples.js';

/** By sorting all of it. */
function sortedMedian(values: Float64Array): number {
  const sorted = values.toSorted();
  return (Number(sorted[(sorted.length - 1) >>> 1]) + Number(sorted[sorted.length >>> 1])) / 2;
}

/** Columns of 9,000 values and more are bracketed by probes. */
const forms: Readonly<Record<string, (uniform: () => number, i: number) => number>> = {
  uniform: (uniform) => uniform(),
  ascending: (_, i) => i,
  constant: () => 7,
  'of two values': (uniform) => (uniform() < 0.5 ? -1 : 1),
  'of marks': (uniform) => Math.floor(5 * uniform()),
  'mostly constant': (uniform) => (uniform() < 0.9 ? 3 : uniform()),
  'with a long tail': (uniform) => Math.tan(Math.PI * (uniform() - 0.5)) ** 9,
  'at the ends of doubles': (uniform) => (uniform() < 0.5 ? -1.7e308 : 1.7e308) * uniform(),
  'of the smallest doubles': (uniform) => 5e-324 * Math.floor(100 * uniform()),
};

describe('the median of a column is that of the sorted column', () => {
  it.each(Object.keys(forms))('%s', (name) => {
    for (const n of [8_191, 9_000, 9_001, 60_000]) {
      const uniform = mulberry32(n);
      const values = Float64Array.from({ length: n }, (_, i) => Number(forms[name]?.(uniform, i)));
      const before = values.slice();
      expect(medianOf(values)).toBe(sortedMedian(values));
      expect(values).toEqual(before);
    }
  });

  it('where the probes miss it', () => {
    // 90% of the probes fall on the few values at places that the golden ratio favours.
    const n = 20_000;
    const values = new Float64Array(n).fill(1);
    for (let p = 1; p <= 1_900; p++) values[Math.floor(((((Math.sqrt(5) - 1) / 2) * p) % 1) * n)] = -p;
    expect(medianOf(values)).toBe(1);
  });

  it('of few values of any kind', () => {
    const list = fc.array(fc.double({ noNaN: true, min: -1e300, max: 1e300 }), {
      minLength: 1,
      maxLength: 50,
    });
    fc.assert(
      fc.property(list, (values) => {
        const column = Float64Array.from(values, (value) => value + 0);
        expect(medianOf(column)).toBe(sortedMedian(column));
      }),
    );
  });
});
