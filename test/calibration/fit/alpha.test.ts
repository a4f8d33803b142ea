import { describe, expect, test } from 'vitest';
import { ALPHA_CANDIDATES, alphaByCorrelation } from '../../../src/calibration/fit/alpha.js';
import { estimateBias } from '../../../src/calibration/fit/estimate.js';
import { DEFAULT_FIT_SETTINGS } from '../../../src/calibration/fit/fit-settings.js';

// A quality whose rank correlation with length is exactly 0: it is the same at equal distances from the
// middle.
const values = Float64Array.from({ length: 101 }, (_, i) => i);
const quality = values.map((value) => Math.abs(value - 50));

describe('the strength that leaves the least rank correlation', () => {
  test.each([0, 0.05, 0.5, 1, 1.5])('is %f where that share of the estimated bias is real', (alpha) => {
    const biases = values.map((value) => 20 * value);
    const rewards = quality.map((merit, i) => merit + 20 * alpha * i);
    expect(alphaByCorrelation(values, rewards, biases)).toBe(alpha);
  });

  test('ends at the strongest candidate where the bias is greater still', () => {
    const rewards = quality.map((merit, i) => merit + 30.5 * i);
    expect(
      alphaByCorrelation(
        values,
        rewards,
        values.map((value) => 20 * value),
      ),
    ).toBe(1.5);
    expect(ALPHA_CANDIDATES.at(-1)).toBe(1.5);
  });

  test.each([
    ['a constant characteristic', new Float64Array(101).fill(3), values],
    ['no estimated bias', values, new Float64Array(101)],
  ])('is 0 with %s', (_, column, biases) => {
    expect(alphaByCorrelation(column, quality, biases)).toBe(0);
  });

  test('is chosen for each characteristic on what the ones before have left', () => {
    // The penalty of 20 a unit is twice the real one of the first; the second is a copy with nothing more to
    // explain.
    const samples = {
      rewards: Float64Array.from(quality, (merit, i) => merit + 10 * i),
      characteristics: new Map([
        ['chars', Float64Array.from(values)],
        ['copy', Float64Array.from(values)],
      ]),
    };
    const { characteristics, remaining } = estimateBias(samples, {
      ...DEFAULT_FIT_SETTINGS,
      estimator: 'penalty',
      penalty: 20,
      iterations: 3,
      characteristics: [
        { name: 'chars', alpha: 'auto' },
        { name: 'copy', alpha: 'auto' },
      ],
    });
    expect(characteristics.map(({ alpha }) => alpha)).toEqual([0.5, 0]);
    expect(Array.from(remaining)).toEqual(Array.from(quality));
  });
});
