import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { biasAt } from '../../src/calibration/curve/bias-curve.js';
import { InvalidInput } from '../../src/calibration/errors.js';
import { type Fit, fitBias } from '../../src/calibration/fit/fit.js';
import {
  DEFAULT_FIT_SETTINGS,
  ESTIMATORS,
  type FitSettings,
} from '../../src/calibration/fit/fit-settings.js';
import type { MeasuredSamples } from '../../src/calibration/samples/samples.js';
import { promptSamples } from '../support/simulated-samples.js';

const clean = promptSamples(300, 4, 21, 0);
const charsOf = ({ characteristics }: MeasuredSamples) => characteristics.get('chars') ?? new Float64Array();

/** The samples with some rewards replaced: by `value`, and every second one by its negative. */
function withOutliers(places: readonly number[], value: number): MeasuredSamples {
  const rewards = clean.rewards.slice();
  places.forEach((place, k) => {
    rewards[place % rewards.length] = k % 2 === 0 ? value : -value;
  });
  return { ...clean, rewards };
}

function fitted(samples: MeasuredSamples, settings: Partial<FitSettings>): Fit {
  return fitBias(samples, { ...DEFAULT_FIT_SETTINGS, ...settings });
}

const biasesOf = ({ curves }: Fit) =>
  Array.from(charsOf(clean), (c) => curves.reduce((sum, curve) => sum + biasAt(curve, c), 0));

const placesArbitrary = fc.array(fc.nat(), { minLength: 1, maxLength: 12 });

describe('huge outliers in a fit', () => {
  test('a bias that one of 1e12 does not move is not moved by one of any size', () => {
    fc.assert(
      fc.property(
        placesArbitrary.map((places) => places.slice(0, 2)),
        fc.integer({ min: 6, max: 100 }),
        fc.constantFrom<Partial<FitSettings>>(
          { estimator: 'mean', ratio: 8 },
          { estimator: 'lwr', iterations: 0, frac: 0.1 },
          { estimator: 'lwr-penalty', iterations: 0, frac: 0.2 },
          { estimator: 'penalty' },
        ),
        (places, power, settings) => {
          const before = biasesOf(fitted(clean, settings));
          const small = biasesOf(fitted(withOutliers(places, 1e12), settings));
          const large = biasesOf(fitted(withOutliers(places, 10 ** power), settings));
          const unmoved = before.flatMap((bias, i) => (Math.abs((small[i] ?? 0) - bias) < 1e-6 ? [i] : []));
          for (const i of unmoved) {
            expect(Math.abs((large[i] ?? Number.NaN) - (before[i] ?? 0))).toBeLessThanOrEqual(1e-11);
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  test('robust fits stay within a standard deviation of the noise, by all that chooses and compares', () => {
    fc.assert(
      fc.property(
        placesArbitrary,
        fc.integer({ min: 1, max: 38 }),
        fc.constantFrom('lwr', 'lwr-penalty', 'lwr-within'),
        fc.constantFrom<FitSettings['frac']>(0.5, 0.9, 'auto'),
        fc.constantFrom<number | 'auto'>(1, 'auto'),
        (places, power, estimator, frac, alpha) => {
          const settings = { estimator, frac, characteristics: [{ name: 'chars', alpha }] } as const;
          const fit = fitted(withOutliers(places, 10 ** power), settings);
          const before = biasesOf(fitted(clean, settings));
          const moves = biasesOf(fit).map((bias, i) => Math.abs(bias - (before[i] ?? 0)));
          moves.sort((a, b) => a - b);
          // At the ends of the curve R's iterations may end before the outlier has lost its weight.
          expect(moves[Math.floor(0.9 * moves.length)]).toBeLessThan(1);
          expect(Math.abs(fit.diagnostics.spearman.after ?? 1)).toBeLessThan(0.1);
          expect(Math.abs(fit.rewardScale.mean)).toBeLessThan(100);
        },
      ),
      { numRuns: 12 },
    );
  });

  test('what overflows is refused, and never answered', () => {
    fc.assert(
      fc.property(
        placesArbitrary,
        fc.constantFrom(1e155, 1e200, 1e300, 1e305, 1e308, Number.MAX_VALUE),
        fc.constantFrom(...ESTIMATORS),
        fc.constantFrom(0, 3),
        (places, value, estimator, iterations) => {
          try {
            const { curves } = fitted(withOutliers(places, value), { estimator, iterations });
            for (const { biases } of curves) expect(biases.every(Number.isFinite)).toBe(true);
          } catch (error) {
            expect(error).toBeInstanceOf(InvalidInput);
            expect((error as InvalidInput).message).toMatch(/the largest: rewards of sample \d+/);
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});
