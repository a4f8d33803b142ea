import { describe, expect, test } from 'vitest';
import { chooseIterations } from '../../../src/calibration/fit/choose-iterations.js';
import { DEFAULT_FIT_SETTINGS } from '../../../src/calibration/fit/fit-settings.js';
import { mulberry32 } from '../../lowess/samples.js';

const AUTO = { ...DEFAULT_FIT_SETTINGS, iterations: 'auto' } as const;

function noise(count: number, seed: number) {
  const random = mulberry32(seed);
  const rewards = Float64Array.from({ length: count }, () => random() + random() - random() - random());
  const chars = Float64Array.from({ length: count }, (_, i) => 10 + 5 * i);
  return { rewards, characteristics: new Map([['chars', chars]]) };
}

describe('iterations "auto"', () => {
  test('chooses plain least squares for some samples, and the paper’s for others', () => {
    const chosen = Array.from(
      { length: 30 },
      (_, seed) => chooseIterations(noise(60, seed), AUTO).iterations,
    );
    expect(new Set(chosen)).toEqual(new Set([0, 3]));
  });

  test.each([-3.4e38, 1e12, 1e300])('never does beside a reward of %d, which it would follow', (far) => {
    for (let seed = 0; seed < 30; seed++) {
      const samples = noise(60, seed);
      samples.rewards[30] = far;
      expect(chooseIterations(samples, AUTO).iterations).toBe(3);
    }
  });
});
