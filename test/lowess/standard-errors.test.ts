import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lowess } from '../../src/lowess/lowess.js';
import { lowessErrors } from '../../src/lowess/standard-errors.js';
import { samplesArbitrary } from './samples.js';

/** The median size of a standard normal variable. */
const NORMAL_MEDIAN_SIZE = 0.6744897501960817;

/** The smoother matrix by brute force, a row for each distinct x: its s-th column is the fit of the s-th unit vector. */
function smootherMatrix(x: Float64Array, frac: number): number[][] {
  const columns = Array.from(x, (_, s) => {
    const unit = new Float64Array(x.length);
    unit[s] = 1;
    return lowess(x, unit, { frac, iterations: 0 }).fitted;
  });
  const rows = columns[0]?.length ?? 0;
  return Array.from({ length: rows }, (_, i) => columns.map((column) => Number(column[i])));
}

const fracArbitrary = fc.double({ min: 0.05, max: 1, noNaN: true });

test('standard errors and degrees of freedom are those of the brute-force smoother matrix', () => {
  fc.assert(
    fc.property(samplesArbitrary, fracArbitrary, ({ x, y }, frac) => {
      const fit = lowessErrors(x, y, { frac, iterations: 0 });
      const matrix = smootherMatrix(x, frac);
      const sigma = fit.residualScale / NORMAL_MEDIAN_SIZE;
      for (const [i, row] of matrix.entries()) {
        const norm = Math.sqrt(row.reduce((total, value) => total + value * value, 0));
        expect(Math.abs(Number(fit.standardErrors[i]) - sigma * norm)).toBeLessThanOrEqual(1e-8 * (1 + norm));
      }
      const trace = Array.from(x, (value, s) => Number(matrix[fit.x.indexOf(value)]?.[s])).reduce(
        (a, b) => a + b,
      );
      expect(Math.abs(fit.degreesOfFreedom - trace)).toBeLessThanOrEqual(1e-8 * x.length);
    }),
    { numRuns: 60 },
  );
});

test('with robust iterations the errors are those of the mean with bisquare weights where all x are equal', () => {
  const y = [-0.2, -0.1, 0, 0.1, 100];
  const fit = lowessErrors(new Float64Array(5).fill(3), Float64Array.from(y), { frac: 1, iterations: 1 });
  // The first fit is the mean 19.96; the median |residual| is 20.06.
  const weights = y.map((value) => (1 - ((value - 19.96) / (6 * 20.06)) ** 2) ** 2);
  const total = weights.reduce((a, b) => a + b);
  const norm = Math.sqrt(weights.reduce((sum, w) => sum + (w / total) ** 2, 0));
  expect(fit.degreesOfFreedom).toBeCloseTo(1, 12);
  expect(fit.standardErrors[0]).toBeCloseTo((fit.residualScale / NORMAL_MEDIAN_SIZE) * norm, 10);
});

test('the fit beside the errors is that of lowess', () => {
  fc.assert(
    fc.property(samplesArbitrary, fracArbitrary, ({ x, y }, frac) => {
      const { standardErrors, degreesOfFreedom, ...fit } = lowessErrors(x, y, { frac, iterations: 3 });
      expect(fit).toEqual(lowess(x, y, { frac, iterations: 3 }));
      expect(standardErrors.every((value) => value >= 0)).toBe(true);
      expect(degreesOfFreedom).toBeGreaterThan(0);
    }),
  );
});
