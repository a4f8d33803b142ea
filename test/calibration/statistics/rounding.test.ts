import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fitBias } from '../../../src/calibration/fit/fit.js';
import { DEFAULT_FIT_SETTINGS, type FitSettings } from '../../../src/calibration/fit/fit-settings.js';
import type { MeasuredSamples } from '../../../src/calibration/samples/samples.js';
import { pearson, spearman } from '../../../src/calibration/statistics/correlation.js';
import { withoutRounding } from '../../../src/calibration/statistics/rounding.js';
import { simulate } from '../../support/simulated-samples.js';

/** Samples, four a prompt, whose rewards are a function of their lengths. */
function samplesOf(n: number, seed: number, rewardOf: (chars: number, noise: number) => number) {
  return simulate(n, seed, ({ uniform, normal }, i) => {
    const chars = 20 + Math.floor(3_000 * uniform());
    return { prompt: Math.floor(i / 4), chars, reward: rewardOf(chars, normal()) };
  });
}

function diagnosticsOf(samples: MeasuredSamples, settings: Partial<FitSettings> = {}) {
  return fitBias(samples, { ...DEFAULT_FIT_SETTINGS, ...settings }).diagnostics;
}

const offsetArbitrary = fc.constantFrom(0, 0.1, -3, 1e3, 1e9, -1e12);
const curves = fc.constantFrom<FitSettings['estimator']>('lwr', 'lwr-penalty', 'lwr-within');

describe('calibrated rewards that differ by rounding errors', () => {
  test('have no correlation: rewards that are a line of length, by any estimator of curves', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 40, max: 800 }),
        fc.integer(),
        fc.double({ min: 1e-6, max: 10, noNaN: true }),
        offsetArbitrary,
        curves,
        fc.constantFrom(0, 3),
        fc.constantFrom(0.4, 0.5, 0.9),
        fc.constantFrom<1 | 'auto'>(1, 'auto'),
        (n, seed, slope, offset, estimator, iterations, frac, alpha) => {
          const samples = samplesOf(
            n,
            seed,
            (chars) => slope * Math.max(1, 1e-6 * Math.abs(offset)) * chars + offset,
          );
          const characteristics = [{ name: 'chars', alpha }];
          const diagnostics = diagnosticsOf(samples, { estimator, iterations, frac, characteristics });
          for (const { before, after } of [diagnostics.spearman, diagnostics.pearson]) {
            expect(before).toBeGreaterThan(0.99);
            expect(after).toBeNull();
          }
          const reason = diagnostics.warnings.find(({ code }) => code === 'correlation-undefined');
          expect(reason?.message).toMatch(/rounding errors of the fit/);
          const others = diagnostics.warnings.map(({ code }) => code);
          expect(others).not.toContain('rewards-skewed');
          expect(others).not.toContain('rewards-bimodal');
        },
      ),
      { numRuns: 60 },
    );
  });

  test('have none where rewards are equal, and the warning says so', () => {
    for (const estimator of ['lwr', 'mean', 'lwr-within', 'lwr-penalty'] as const) {
      for (const reward of [0, 0.1, -1e9 / 3]) {
        const {
          spearman: ranks,
          pearson: values,
          warnings,
        } = diagnosticsOf(
          samplesOf(400, 5, () => reward),
          { estimator, minSamples: 1, penalty: 0 },
        );
        for (const { before, after, crossFitted } of [ranks, values])
          expect([before, after, crossFitted]).toEqual([null, null, null]);
        expect(warnings.map(({ code }) => code)).toContain('correlation-undefined');
        expect(warnings[0]?.message).toMatch(/all rewards are equal/);
      }
    }
  });

  test('have none after means of windows that hold one length each', () => {
    const levels = (chars: number) => 1e3 * Math.sin(Math.floor(chars / 300)) + 0.1;
    const { rewards, ...rest } = samplesOf(600, 6, levels);
    const chars = rest.characteristics.get('chars') ?? new Float64Array();
    const samples = {
      ...rest,
      rewards,
      characteristics: new Map([['chars', chars.map((value) => Math.floor(value / 300))]]),
    };
    const { spearman: ranks, pearson: values } = diagnosticsOf(samples, {
      estimator: 'mean',
      ratio: 50,
      minSamples: 1,
    });
    expect([ranks.after, values.after]).toEqual([null, null]);
  });

  test('still have one where the noise is real, down to a few units in the last place of an offset', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(0, 1e3, 1e6, 1e9),
        fc.integer({ min: 3, max: 8 }),
        fc.integer(),
        fc.constantFrom<FitSettings['estimator']>('lwr', 'lwr-within'),
        (offset, power, seed, estimator) => {
          const unit = Math.max(1, offset) * 2 ** -52 * 10 ** power;
          const samples = samplesOf(400, seed, (chars, noise) => offset + unit * (chars / 1_000 + noise));
          const { spearman: ranks, pearson: values } = diagnosticsOf(samples, { estimator });
          for (const { after, crossFitted } of [ranks, values]) {
            expect(Math.abs(after ?? 9)).toBeLessThan(0.3);
            expect(Math.abs(crossFitted ?? 9)).toBeLessThan(0.3);
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  test('are equal where most are, and as they are where most differ', () => {
    const column = Float64Array.of(1, 1 + 1e-15, 1 - 1e-15, 1, 5);
    expect([...withoutRounding(column, 1e-14)]).toEqual([1, 1, 1, 1, 5]);
    expect(withoutRounding(Float64Array.of(1, 1 + 1e-15, 4, 5, 6), 1e-14)[1]).toBe(1 + 1e-15);
    expect(withoutRounding(new Float64Array(), 1)).toHaveLength(0);
  });
});

test('no correlation is beyond 1', () => {
  const value = fc.double({ noNaN: true, noDefaultInfinity: true });
  fc.assert(
    fc.property(fc.array(value, { minLength: 2, maxLength: 40 }), value, value, (list, slope, offset) => {
      const x = Float64Array.from(list);
      for (const y of [x, x.map((v) => slope * v + offset), x.map((v) => -v)]) {
        if (!y.every(Number.isFinite)) continue;
        for (const r of [pearson(x, y), spearman(x, y)]) expect(Math.abs(r ?? 0)).toBeLessThanOrEqual(1);
      }
    }),
  );
});
