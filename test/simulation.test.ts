import { describe, expect, test } from 'vitest';
import { average, recover, simulate } from '../docs/simulation.js';
import type { Estimator } from '../src/calibration/fit/fit-settings.js';

/** Over so many simulations a root mean square is within some 20 % of what it is in the long run. */
const SIMULATIONS = 5;

/**
 * The stated error is a mean over samples; the real one is a root mean square, which weighs the sparse ends
 * more.
 */
const FACTOR = 1.25;

const recovered = (count: number, shape: 'log' | 'linear' | 'step', estimator: Estimator) =>
  average(
    Array.from({ length: SIMULATIONS }, (_, seed) =>
      recover(simulate(count, shape, 'independent', seed + 1), { estimator }),
    ),
  );

describe('a simulated bias is recovered', () => {
  test.each(['lwr', 'lwr-penalty'] as const)(
    '%s: a line within the stated error, which shrinks with more samples, and so does the real one',
    (estimator) => {
      const [few, many] = [1_000, 4_000].map((count) => recovered(count, 'linear', estimator));
      for (const { error, statedError, covered } of [few, many].flatMap((each) => each ?? [])) {
        expect(error).toBeLessThan(FACTOR * (statedError ?? NaN));
        expect(covered).toBeGreaterThan(0.9);
      }
      expect((many?.error ?? NaN) / (few?.error ?? NaN)).toBeLessThan(0.7);
    },
  );

  test.each(['lwr', 'mean'] as const)(
    '%s: a logarithm, better from more samples; calibrated rewards agree better with the true quality',
    (estimator) => {
      const [few, many] = [1_000, 4_000].map((count) => recovered(count, 'log', estimator));
      expect(many?.error).toBeLessThan(few?.error ?? NaN);
      expect(Math.abs(many?.lengthCalibrated ?? NaN)).toBeLessThan(0.05);
      expect(many?.qualityCalibrated).toBeGreaterThan((many?.qualityRaw ?? NaN) + 0.05);
      // RC-Mean's windows are flat: at the steep short end its error is one of smoothing, which no stated
      // error covers.
      if (estimator === 'lwr') expect(few?.error).toBeLessThan(FACTOR * (few?.statedError ?? NaN));
    },
  );

  test('the penalty recovers the line that it assumes exactly, and states no error', () => {
    const { error, statedError, covered } = recovered(1_000, 'linear', 'penalty');
    expect(error).toBeLessThan(1e-12);
    expect([statedError, covered]).toEqual([undefined, undefined]);
  });

  test('the stated error is one of noise: of a step it covers less than it does of a line', () => {
    const step = recovered(4_000, 'step', 'lwr');
    expect(step.error).toBeGreaterThan(FACTOR * (step.statedError ?? NaN));
    expect(step.covered).toBeLessThan(0.7);
  });
});
