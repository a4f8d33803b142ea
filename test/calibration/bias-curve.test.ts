import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BiasCurve, biasAt } from '../../src/calibration/bias-curve.js';

/** Exact in binary and far above subnormals, so that a bound that fails is a wrong bound and not a rounding. */
const curves = fc
  .uniqueArray(fc.integer({ min: 0, max: 5_000 }), { minLength: 1, maxLength: 40 })
  .chain((knots) =>
    fc.array(fc.integer({ min: -640, max: 640 }), { minLength: knots.length, maxLength: knots.length }).map(
      (biases): BiasCurve => ({
        characteristic: 'chars',
        alpha: 1,
        knots: Float64Array.from(knots).sort(),
        biases: Float64Array.from(biases, (bias) => bias / 64),
        meanBias: 0,
      }),
    ),
  );

const values = fc.double({ min: -100, max: 5_100, noNaN: true });

describe('a bias curve', () => {
  test('never leaves the range of its biases', () => {
    fc.assert(
      fc.property(curves, values, (curve, value) => {
        const bias = biasAt(curve, value);
        expect(bias).toBeGreaterThanOrEqual(Math.min(...curve.biases) - 1e-12);
        expect(bias).toBeLessThanOrEqual(Math.max(...curve.biases) + 1e-12);
      }),
    );
  });

  test('through rising biases never falls', () => {
    fc.assert(
      fc.property(curves, values, values, (curve, one, other) => {
        const rising = { ...curve, biases: curve.biases.toSorted() };
        const [lower, upper] = [Math.min(one, other), Math.max(one, other)];
        expect(biasAt(rising, lower)).toBeLessThanOrEqual(biasAt(rising, upper) + 1e-12);
      }),
    );
  });

  test('is exact at every knot, to the bit', () => {
    fc.assert(
      fc.property(curves, (curve) => {
        expect(curve.knots.map((knot) => biasAt(curve, knot))).toEqual(curve.biases);
      }),
    );
  });
});
