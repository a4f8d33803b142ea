import { describe, expect, it } from 'vitest';
import { lowess } from '../../src/lowess/lowess.js';
import { BOUND, golden } from './outlier-cases.js';

describe(`lowess with huge outliers agrees with ${golden.made_by}`, () => {
  it.each(golden.cases)('$name, frac $frac, $iterations iterations', (k) => {
    const far = new Set(k.far);
    const ordinary = k.y.filter((_, i) => !far.has(i));
    const range = Math.max(...ordinary) - Math.min(...ordinary);
    const fit = lowess(Float64Array.from(k.x), Float64Array.from(k.y), k);
    expect(fit.x).toHaveLength(k.fitted.length);
    // Where there are outliers alone, their own value is not followed (the next test).
    const lengths = new Set(k.x.filter((_, i) => !far.has(i)));
    let most = 0;
    for (const [j, value] of fit.fitted.entries()) {
      if (!lengths.has(fit.x[j] ?? 0)) continue;
      const truth = k.fitted[j] ?? Number.NaN;
      most = Math.max(most, Math.abs(value - truth) / Math.max(range, Math.abs(truth)));
    }
    expect(most).toBeLessThanOrEqual(BOUND);
  });
});

/** Lengths 10, 15, … and rewards of a sine. */
const waves = (n: number) => {
  const x = Float64Array.from({ length: n }, (_, i) => 10 + 5 * i);
  return { x, y: x.map((value, i) => Math.sin(value / 100) + 0.2 * Math.cos(17 * i)) };
};
const most = (values: Iterable<number>) => Math.max(...Array.from(values, Math.abs));

describe.each([-3.4e38, 1e12, 1e300])('one reward of %d', (far) => {
  it('leaves no knot of its own size, whatever the windows and iterations are', () => {
    for (const frac of [0.05, 0.1, 0.3, 0.5])
      for (const iterations of [1, 3, 5]) {
        const { x, y } = waves(300);
        y[100] = far;
        const { fitted } = lowess(x, y, { frac, iterations });
        expect(most([fitted[100] ?? Number.NaN])).toBeLessThan(1e-3 * Math.abs(far));
      }
  });

  it('does not become the bias of others of its length, first of them or not', () => {
    for (const place of [0, 250]) {
      const x = Float64Array.from({ length: 2_000 }, (_, i) => 1 + Math.floor(i / 500));
      const y = x.map((value, i) => 0.2 * value + Math.sin(7 * i));
      y[place] = far;
      expect(most(lowess(x, y, { frac: 0.5, iterations: 3 }).fitted)).toBeLessThan(3);
    }
  });

  it('cancels in a window of two lengths', () => {
    const x = Float64Array.from({ length: 40 }, (_, i) => 2 ** Math.floor(i / 10));
    const y = x.map((_, i) => Math.sin(7 * i));
    y[5] = far;
    const { fitted } = lowess(x, y, { frac: 0.6, iterations: 0 });
    const second = y.subarray(10, 20).reduce((sum, value) => sum + value, 0) / 10;
    expect(fitted[1]).toBeCloseTo(second, 12);
  });

  it('loses its weight beside others that lie on a line', () => {
    const x = Float64Array.from({ length: 300 }, (_, i) => 10 + ((7919 * i) % 990));
    const y = x.map((value) => 0.003 * value);
    y[7] = far;
    for (const frac of [0.1, 0.5]) {
      const fit = lowess(x, y, { frac, iterations: 3 });
      const off = fit.fitted.map((value, j) => value - 0.003 * (fit.x[j] ?? 0));
      expect(most(off)).toBeLessThan(1e-6);
    }
  });
});
