import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lowess } from '../../src/lowess/lowess.js';
import { referenceLowess } from '../lowess/reference.js';
import { lengthsAndRewards, type Samples, samplesArbitrary } from '../lowess/samples.js';

/** Never farther from the definition than this, rewards spanning 16: 1e-8 of the range is promised. */
const BOUND = 1e-9;

function largestDifference({ x, y }: Samples, frac: number, iterations: number): number {
  const reference = referenceLowess(x, y, frac, iterations);
  // Where the residuals are rounding errors their bisquare weights are, too, and no two programs agree.
  if (reference.leastWidth < 1e-9) return 0;
  const fit = lowess(x, y, { frac, iterations });
  const index = new Map(Array.from(fit.x, (value, j) => [value, j]));
  let most = 0;
  for (const [i, value] of reference.x.entries()) {
    const fitted = Number(fit.fitted[index.get(value) ?? Number.NaN]);
    const difference = Math.abs(fitted - Number(reference.fitted[i]));
    if (!(difference <= most)) most = difference;
  }
  return most;
}

describe('lowess is the per-sample definition', () => {
  it('on ties, offsets, reals and clusters, for any frac and iterations', () => {
    fc.assert(
      fc.property(
        samplesArbitrary,
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        fc.integer({ min: 0, max: 4 }),
        (samples, frac, iterations) => {
          expect(largestDifference(samples, frac, iterations)).toBeLessThanOrEqual(BOUND);
        },
      ),
      { numRuns: 150 },
    );
  });

  it.each([
    [1200, 0.3, 3],
    [1200, 0.9, 3],
    [1500, 1, 2],
  ])('on %d lengths with frac %f and %d iterations, where windows share moments', (n, frac, iterations) => {
    expect(largestDifference(lengthsAndRewards(n, 7), frac, iterations)).toBeLessThanOrEqual(BOUND);
  });

  it('on reals, every one distinct', () => {
    const { x, y } = lengthsAndRewards(1000, 11);
    const reals = x.map((value, i) => value + (i % 97) / 97 + i * 1e-7);
    expect(largestDifference({ x: reals, y }, 0.5, 3)).toBeLessThanOrEqual(BOUND);
  });

  it('on lengths a million from zero', () => {
    const { x, y } = lengthsAndRewards(1000, 12);
    expect(largestDifference({ x: x.map((value) => value + 1e6), y }, 0.4, 3)).toBeLessThanOrEqual(BOUND);
  });

  it('where a crowd sits at the very edge of the windows, whose sums from moments lose digits', () => {
    // 500 samples at 1000, and one each at 0 … 999: in windows that just reach 1000 the crowd has a weight of
    // nearly 0.
    const x = Float64Array.from({ length: 1500 }, (_, i) => (i < 1000 ? i : 1000));
    const y = x.map((value, i) => (value < 1000 ? Math.sin(value / 50) : 5 + (i % 7) / 7));
    for (const frac of [0.34, 0.7]) {
      expect(largestDifference({ x, y }, frac, 0)).toBeLessThanOrEqual(BOUND);
      expect(largestDifference({ x, y }, frac, 3)).toBeLessThanOrEqual(BOUND);
    }
  });

  it('where robustness leaves only the far half of a window', () => {
    const x = Float64Array.from({ length: 900 }, (_, i) => i);
    const y = x.map((value, i) => (value > 400 && value < 470 ? 40 + (i % 5) : (i % 11) / 11));
    expect(largestDifference({ x, y }, 0.3, 4)).toBeLessThanOrEqual(16 * BOUND);
  });

  it('at the ends of the range of doubles, as R: squares under- and overflow alike', () => {
    const { x, y } = lengthsAndRewards(200, 3);
    for (const power of [-1000, -480, 480]) {
      const scaled = x.map((value) => value * 2 ** power);
      expect(largestDifference({ x: scaled, y }, 0.5, 2)).toBeLessThanOrEqual(BOUND);
    }
  });

  it('gives the same whether x is counted or sorted', () => {
    const { x, y } = lengthsAndRewards(3000, 5);
    const whole = lowess(x, y, { frac: 0.4, iterations: 3 });
    // Steps of an odd fraction can't be counted; a third keeps every comparison of distances.
    const sorted = lowess(
      x.map((value) => value / 1024 + 0.5 ** 40),
      y,
      { frac: 0.4, iterations: 3 },
    );
    expect(sorted.counts).toEqual(whole.counts);
    for (const [j, value] of whole.fitted.entries()) {
      expect(Math.abs(value - Number(sorted.fitted[j]))).toBeLessThanOrEqual(1e-9);
    }
  });
});
