import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lowess } from '../../src/lowess/lowess.js';
import { referenceLowess, smootherRow } from './reference.js';
import { lengthsAndRewards, type Samples, samplesArbitrary } from './samples.js';

const FRACS = [0.02, 0.1, 0.3, 0.6, 1];

function withoutEach({ x, y }: Samples, frac: number, iterations: number): Float64Array {
  return lowess(x, y, { frac, iterations, standardErrors: true, leftOut: { x, y } }).withoutSample;
}

/**
 * The curve at each sample's x, fitted anew without it: windows, robustness weights of the others, and
 * whether the line has a slope as they are.
 */
function fittedAnew({ x, y }: Samples, frac: number, iterations: number) {
  const reference = referenceLowess(x, y, frac, iterations);
  const found = Array.from(reference.x, (_, i) => {
    const weights = reference.weights.with(i, 0);
    const rowOf = (by: number[], slope: boolean) =>
      smootherRow(reference.x, by, i, { frac, rules: 'R', slope });
    const level = rowOf(reference.weights, false);
    const slope = level.some((share, k) => share !== reference.matrix[i]?.[k]);
    const row = rowOf(weights, slope);
    const own = reference.weights[i] === 0 ? 0 : Number(reference.matrix[i]?.[i]);
    const value = row.reduce((sum, share, k) => sum + share * Number(reference.y[k]), 0);
    // A window without weight: the curve copies its first sample.
    const copies = row.some((share, k) => share !== 0 && weights[k] === 0);
    return { copies, rest: 1 - own, value, spread: row.reduce((sum, share) => sum + Math.abs(share), 0) };
  });
  const order = Array.from(x, (_, i) => i).sort((a, b) => Number(x[a]) - Number(x[b]) || a - b);
  return { leastWidth: reference.leastWidth, found, order };
}

describe('the curve without a sample', () => {
  it.each([0, 1, 3])('is that of a fit without it, with %d iterations', (iterations) => {
    for (const frac of FRACS) {
      const samples = lengthsAndRewards(250, 40 + iterations);
      const { found, order } = fittedAnew(samples, frac, iterations);
      const without = withoutEach(samples, frac, iterations);
      const compared = order.filter((i, k) => {
        const { rest = 0, value = Number.NaN } = found[k] ?? {};
        if (rest <= 2e-3) return false;
        expect(without[i]).toBeCloseTo(value, 8);
        return true;
      });
      expect(compared.length).toBeGreaterThan(frac < 0.1 ? 150 : 240);
    }
  });

  it('is so with ties, reals, clusters and offsets, where others determine it', () => {
    let compared = 0;
    fc.assert(
      fc.property(
        samplesArbitrary,
        fc.constantFrom(...FRACS),
        fc.constantFrom(0, 2),
        (samples, frac, iterations) => {
          const { leastWidth, found, order } = fittedAnew(samples, frac, iterations);
          const without = withoutEach(samples, frac, iterations);
          expect(without.every(Number.isFinite)).toBe(true);
          // Weights by residuals that are rounding errors are other ones for every program.
          if (leastWidth < 1e-9) return;
          order.forEach((i, k) => {
            const { copies = true, rest = 0, value = Number.NaN, spread = 0 } = found[k] ?? {};
            if (copies || rest < 0.02 || spread > 10) return;
            compared++;
            expect(Math.abs(Number(without[i]) - value)).toBeLessThan(1e-7);
          });
        },
      ),
      { numRuns: 800 },
    );
    expect(compared).toBeGreaterThan(1_500);
  });

  it.each([1e12, -3.4e38, 1e300])('has nothing of a reward of %d that has no weight', (far) => {
    const samples = lengthsAndRewards(400, 44);
    samples.y[57] = far;
    for (const iterations of [1, 3]) {
      const without = withoutEach(samples, 0.3, iterations);
      expect(Math.max(...without.map(Math.abs))).toBeLessThan(20);
    }
  });

  it('never is a number that is none, whatever a huge reward does without iterations', () => {
    for (const far of [1e12, -3.4e38, 1e300, 1.7e308]) {
      for (const frac of FRACS) {
        const { x, y } = lengthsAndRewards(60, 45);
        x[7] = 100_000;
        y[7] = far;
        expect(withoutEach({ x, y }, frac, 0).every(Number.isFinite)).toBe(true);
      }
    }
  });

  it('passes between the neighbours of a sample that determined its value alone', () => {
    const x = Float64Array.of(0, 1, 2, 4, 5);
    const y = Float64Array.of(3, 1, 7, 2, 9);
    expect(Array.from(withoutEach({ x, y }, 0.4, 0))).toEqual(
      [1, 5, 1 + 1 / 3, 7 + 4 / 3, 2].map((v) => expect.closeTo(v, 12)),
    );
  });

  it('is the sample itself where there is no other', () => {
    const one = { x: Float64Array.of(5), y: Float64Array.of(2) };
    expect(Array.from(withoutEach(one, 0.5, 3))).toEqual([2]);
  });

  it('is given for the samples asked for, in their order', () => {
    const { x, y } = lengthsAndRewards(300, 46);
    const all = withoutEach({ x, y }, 0.3, 3);
    const some = [250, 3, 77];
    const leftOut = {
      x: Float64Array.from(some, (i) => Number(x[i])),
      y: Float64Array.from(some, (i) => Number(y[i])),
    };
    const { withoutSample } = lowess(x, y, { frac: 0.3, iterations: 3, standardErrors: true, leftOut });
    expect(Array.from(withoutSample)).toEqual(some.map((i) => all[i]));
  });
});
