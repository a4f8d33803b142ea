import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BiasCurve, biasAt } from '../../../src/calibration/curve/bias-curve.js';
import { fitBias } from '../../../src/calibration/fit/fit.js';
import { DEFAULT_FIT_SETTINGS } from '../../../src/calibration/fit/fit-settings.js';
import { lowess } from '../../../src/lowess/lowess.js';

/**
 * Exact in binary and far above subnormals, so that a bound that fails is a wrong bound and not a rounding.
 */
const curves = fc
  .uniqueArray(fc.integer({ min: 0, max: 5_000 }), { minLength: 1, maxLength: 40 })
  .chain((knots) =>
    fc.array(fc.integer({ min: -640, max: 640 }), { minLength: knots.length, maxLength: knots.length }).map(
      (biases): BiasCurve => ({
        characteristic: 'chars',
        alpha: 1,
        knots: Float64Array.from(knots).sort(),
        biases: Float64Array.from(biases, (bias) => bias / 64),
        beyond: 'hold',
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

describe('the bias curves of two characteristics', () => {
  test('are lowess of the reward, then lowess of what the first curve times its alpha leaves', () => {
    const chars = Float64Array.from({ length: 400 }, (_, i) => 20 + ((i * 7_919) % 1_000));
    const markdown = Float64Array.from({ length: 400 }, (_, i) => (i * 31) % 17);
    const rewards = chars.map((length, i) => Math.log(length) + Math.sin(i * 12.9898) + (i % 17) / 10);
    const smoothing = { frac: 0.5, iterations: 3 };
    const settings = {
      ...DEFAULT_FIT_SETTINGS,
      ...smoothing,
      characteristics: [
        { name: 'chars', alpha: 0.5 },
        { name: 'markdown', alpha: 1 },
      ],
    };
    const columns = { chars, markdown };
    const { curves } = fitBias({ rewards, characteristics: new Map(Object.entries(columns)) }, settings);
    const first = lowess(chars, rewards, smoothing);
    const left = rewards.map(
      (reward, i) => reward - 0.5 * (first.fitted[first.x.indexOf(chars[i] ?? NaN)] ?? NaN),
    );
    const second = lowess(markdown, left, smoothing);
    expect(curves.map((curve) => curve.knots)).toEqual([first.x, second.x]);
    expect(curves.map((curve) => curve.biases)).toEqual([first.fitted, second.fitted]);
  });
});
