import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { biasAt } from '../../../src/calibration/curve/bias-curve.js';
import { thinKnots } from '../../../src/calibration/curve/thin-knots.js';

const knots = fc
  .uniqueArray(fc.integer({ min: 0, max: 5_000 }), { minLength: 1, maxLength: 60 })
  .chain((xs) =>
    fc
      .array(fc.integer({ min: -640, max: 640 }), { minLength: xs.length, maxLength: xs.length })
      .map((ys) => ({ x: Float64Array.from(xs).sort(), y: Float64Array.from(ys, (value) => value / 64) })),
  );

const tolerances = fc.constantFrom(0, 0.01, 0.5, 5);

const same = (x: Float64Array, tolerance: number) => new Float64Array(x.length).fill(tolerance);

describe('thinning knots', () => {
  test('keeps the first and the last knot and stays within the tolerance at every other', () => {
    fc.assert(
      fc.property(knots, tolerances, ({ x, y }, tolerance) => {
        const kept = thinKnots({ x, y }, same(x, tolerance));
        expect(kept[0]).toBe(0);
        expect(kept.at(-1)).toBe(x.length - 1);
        const thin = {
          characteristic: 'chars',
          alpha: 1,
          knots: Float64Array.from(kept, (i) => x[i] ?? NaN),
          biases: Float64Array.from(kept, (i) => y[i] ?? NaN),
          beyond: 'hold' as const,
          meanBias: 0,
        };
        x.forEach((value, i) => {
          expect(Math.abs(biasAt(thin, value) - (y[i] ?? NaN))).toBeLessThanOrEqual(tolerance + 1e-9);
        });
      }),
    );
  });

  test('leaves the two ends of a straight line, and one knot of one', () => {
    const x = Float64Array.from({ length: 1_000 }, (_, i) => i);
    expect(thinKnots({ x, y: x.map((value) => 3 - value / 4) }, same(x, 1e-9))).toEqual([0, 999]);
    expect(thinKnots({ x: Float64Array.of(7), y: Float64Array.of(2) }, Float64Array.of(0.1))).toEqual([0]);
  });

  test('leaves few knots of a smooth curve', () => {
    const x = Float64Array.from({ length: 200_000 }, (_, i) => i / 1_000);
    expect(thinKnots({ x, y: x.map((value) => Math.log1p(value)) }, same(x, 1e-8)).length).toBeLessThan(
      20_000,
    );
  });

  test('leaves every knot of a zigzag larger than the tolerance', () => {
    const x = Float64Array.from({ length: 101 }, (_, i) => i);
    const y = x.map((value) => value % 2);
    expect(thinKnots({ x, y }, same(x, 0.1))).toEqual(Array.from(x));
  });
});
