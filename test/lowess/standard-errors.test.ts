import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lowess } from '../../src/lowess/lowess.js';
import { type Reference, referenceLowess } from './reference.js';
import { lengthsAndRewards, mulberry32, type Samples, samplesArbitrary } from './samples.js';

const trace = (reference: Reference) => reference.matrix.reduce((sum, row, i) => sum + Number(row[i]), 0);

/** σ · ‖row‖ by the smoother matrix, at each distinct x. */
function bruteErrors(reference: Reference): number[] {
  const n = reference.y.length;
  const sizes = reference.y
    .map((value, i) => Math.abs(value - Number(reference.fitted[i])))
    .sort((a, b) => a - b);
  const median = (Number(sizes[n >> 1]) + Number(sizes[(n - 1) >> 1])) / 2;
  const sigma = (median / 0.6744897501960817) * Math.sqrt(n / Math.max(1, n - trace(reference)));
  return reference.matrix
    .filter((_, i) => i === 0 || reference.x[i] !== reference.x[i - 1])
    .map((row) => sigma * Math.sqrt(row.reduce((sum, l) => sum + l * l, 0)));
}

function expectBruteForce({ x, y }: Samples, frac: number, iterations: number): void {
  const reference = referenceLowess(x, y, frac, iterations);
  if (reference.leastWidth < 1e-9) return;
  const fit = lowess(x, y, { frac, iterations, standardErrors: true });
  expect(fit.effectiveDegreesOfFreedom).toBeCloseTo(trace(reference), 6);
  for (const [j, error] of bruteErrors(reference).entries()) {
    expect(Math.abs(Number(fit.standardError?.[j]) - error)).toBeLessThanOrEqual(1e-7 * (1 + error));
  }
}

describe('standard errors and degrees of freedom are those of the smoother matrix', () => {
  it('on any shape of x', () => {
    fc.assert(
      fc.property(
        samplesArbitrary,
        fc.double({ min: 0.02, max: 1, noNaN: true }),
        fc.integer({ min: 0, max: 3 }),
        expectBruteForce,
      ),
    );
  });

  it.each([
    [0.5, 0],
    [0.9, 3],
  ])('where windows are summed by moments: frac %f, %d iterations', (frac, iterations) => {
    expectBruteForce(lengthsAndRewards(1200, 21), frac, iterations);
  });

  it('and absent unless asked for', () => {
    const fit = lowess(Float64Array.of(1, 2, 3), Float64Array.of(1, 2, 4), { frac: 1, iterations: 0 });
    expect(fit).not.toHaveProperty('standardError');
    expect(fit).not.toHaveProperty('effectiveDegreesOfFreedom');
  });

  it('and refused together with interpolation', () => {
    const options = { frac: 1, iterations: 0, delta: 1, standardErrors: true };
    expect(() => lowess(Float64Array.of(1, 2), Float64Array.of(1, 2), options)).toThrow(RangeError);
  });
});

describe('standard errors mean what they say', () => {
  it('a mean of m samples of noise σ has the error σ / √m and one degree of freedom', () => {
    const uniform = mulberry32(4);
    const y = Float64Array.from({ length: 10_000 }, () => (uniform() + uniform() + uniform() - 1.5) * 2);
    const fit = lowess(new Float64Array(y.length).fill(5), y, {
      frac: 1,
      iterations: 0,
      standardErrors: true,
    });
    expect(fit.effectiveDegreesOfFreedom).toBeCloseTo(1, 10);
    // Three uniforms of width 2 have the variance 1; their sum is nearly normal, its median size 2% off.
    expect(Number(fit.standardError?.[0]) * 100).toBeCloseTo(1, 1);
  });

  it('they cover a smooth truth about as often as normal intervals should', () => {
    let inside = 0;
    let all = 0;
    for (let seed = 1; seed <= 20; seed++) {
      const uniform = mulberry32(seed);
      const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
      const x = Float64Array.from({ length: 2000 }, () => Math.floor(200 * uniform()));
      const y = x.map((value) => value / 100 + normal());
      const fit = lowess(x, y, { frac: 0.5, iterations: 0, standardErrors: true });
      for (const [j, value] of fit.x.entries()) {
        all++;
        if (Math.abs(Number(fit.fitted[j]) - value / 100) < 1.96 * Number(fit.standardError?.[j])) inside++;
      }
    }
    expect(inside / all).toBeGreaterThan(0.85);
    expect(inside / all).toBeLessThan(0.99);
  });
});
