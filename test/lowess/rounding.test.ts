import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lowess } from '../../src/lowess/lowess.js';

describe('rewards that lie on a line up to rounding', () => {
  test('stay on it: residuals of rounding size are no reason to reweigh', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 12, max: 120 }),
        fc.integer({ min: -6_400, max: 6_400 }).map((value) => value / 61),
        fc.integer({ min: -64_000, max: 64_000 }).map((value) => value / 59),
        fc.constantFrom(0.2, 0.3, 0.5, 0.9),
        (n, slope, intercept, frac) => {
          const x = Float64Array.from({ length: n }, (_, i) => i + 1);
          const y = x.map((value) => slope * value + intercept);
          const { fitted } = lowess(x, y, { frac, iterations: 3 });
          const allowed = 1e-12 * (Math.abs(intercept) + n * Math.abs(slope));
          for (const [i, value] of fitted.entries())
            expect(Math.abs(value - (y[i] ?? NaN))).toBeLessThanOrEqual(allowed);
        },
      ),
    );
  });
});
