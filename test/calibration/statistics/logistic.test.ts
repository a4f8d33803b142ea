import { expect, test } from 'vitest';
import { logistic } from '../../../src/calibration/statistics/logistic.js';

// R 4: sprintf("%.17g", plogis(x))
test.each([
  [-40, 4.2483542552915889e-18],
  [-2.5, 0.075858180021243546],
  [-1e-9, 0.49999999974999998],
  [0, 0.5],
  [0.3, 0.57444251681165903],
  [2.5, 0.92414181997875655],
  [40, 1],
  [800, 1],
])('logistic(%d) is what R says', (x, expected) => {
  expect(Math.abs(logistic(x) - expected)).toBeLessThanOrEqual(4 * Number.EPSILON * expected);
});

test('is 0, not NaN, where its power overflows', () => {
  expect(logistic(-1e308)).toBe(0);
});
