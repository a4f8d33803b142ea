import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BiasCurve, biasAt, isExtrapolated } from '../../../src/calibration/curve/bias-curve.js';

const curveOf = (x: Float64Array, y: Float64Array): BiasCurve => ({
  characteristic: 'chars',
  alpha: 1,
  knots: x,
  biases: y,
  beyond: 'hold',
  meanBias: 0,
});

const knots = fc
  .uniqueArray(fc.integer({ min: 0, max: 2_000 }), { minLength: 1, maxLength: 60 })
  .chain((xs) =>
    fc
      .array(fc.integer({ min: -900, max: 900 }), { minLength: xs.length, maxLength: xs.length })
      .map((ys) => ({
        x: Float64Array.from(xs).sort(),
        y: Float64Array.from(ys, (value) => value / 64),
      })),
  );

describe('a bias curve', () => {
  test('is exact at its knots, and holds its end values beyond them, flagged', () => {
    const curve = curveOf(Float64Array.of(10, 20, 40), Float64Array.of(1, 3, -1));
    expect([10, 20, 40].map((x) => biasAt(curve, x))).toEqual([1, 3, -1]);
    expect([15, 30].map((x) => biasAt(curve, x))).toEqual([2, 1]);
    expect([-5, 9.99, 40.01, 1e300].map((x) => biasAt(curve, x))).toEqual([1, 1, -1, -1]);
    expect([9.99, 10, 25, 40, 40.01].map((x) => isExtrapolated(curve, x))).toEqual([
      true,
      false,
      false,
      false,
      true,
    ]);
  });

  test('of one knot is constant', () => {
    const curve = curveOf(Float64Array.of(7), Float64Array.of(0.5));
    expect([0, 7, 9].map((x) => biasAt(curve, x))).toEqual([0.5, 0.5, 0.5]);
  });

  test('equals linear interpolation by search from the left', () => {
    fc.assert(
      fc.property(knots, fc.double({ min: -10, max: 2_010, noNaN: true }), ({ x, y }, value) => {
        const right = x.findIndex((knot) => knot >= value);
        const [x0 = 0, x1 = 0, y0 = 0, y1 = 0] = [x[right - 1], x[right], y[right - 1], y[right]];
        const expected =
          right < 0
            ? (y.at(-1) ?? 0)
            : right === 0
              ? (y[0] ?? 0)
              : y0 + ((value - x0) / (x1 - x0)) * (y1 - y0);
        expect(biasAt(curveOf(x, y), value)).toBeCloseTo(expected, 9);
      }),
    );
  });
});
