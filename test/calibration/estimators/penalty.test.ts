import fc from 'fast-check';
import { expect, test } from 'vitest';
import { biasAt, isExtrapolated } from '../../../src/calibration/curve/bias-curve.js';
import { estimatePenalty } from '../../../src/calibration/estimators/penalty.js';

test('the penalty is a line through 0 at any length, fitted or not, and never extrapolates', () => {
  const curve = { characteristic: 'chars', alpha: 1, ...estimatePenalty(Float64Array.of(3, 5), 0.001) };
  fc.assert(
    fc.property(fc.integer({ min: -1_000, max: 10_000_000 }), (chars) => {
      expect(biasAt(curve, chars)).toBeCloseTo(0.001 * chars, 9);
      expect(isExtrapolated(curve, chars)).toBe(false);
    }),
  );
});

test('its mean is the penalty of the mean length, and nothing has a standard error', () => {
  const estimate = estimatePenalty(Float64Array.of(100, 300, 800), 0.002);
  expect(estimate.meanBias).toBeCloseTo(0.8, 12);
  expect(estimate.standardErrors).toBeUndefined();
});
