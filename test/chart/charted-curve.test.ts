import { describe, expect, test } from 'vitest';
import { biasAt } from '../../src/calibration/curve/bias-curve.js';
import { fitBias } from '../../src/calibration/fit/fit.js';
import { DEFAULT_FIT_SETTINGS, type FitSettings } from '../../src/calibration/fit/fit-settings.js';
import { type ChartedDocument, chartedCurve, densityOf } from '../../src/chart/charted-curve.js';
import { toDocument } from '../../src/curves/curve-document.js';
import { curveOf } from '../support/curves.js';
import { biasedSamples } from '../support/simulated-samples.js';

/** The document of a fit to simulated samples, and the mean of their raw rewards. */
function fitted(estimator: FitSettings['estimator']) {
  const samples = biasedSamples(600, 1);
  const settings: FitSettings = {
    ...DEFAULT_FIT_SETTINGS,
    estimator,
    characteristics: [{ name: 'chars', alpha: 0.5 }],
  };
  const document = toDocument({
    ...curveOf('rm'),
    settings,
    ...fitBias(samples, settings),
    diagnostics: curveOf('rm').diagnostics,
  });
  const meanReward = samples.rewards.reduce((total, reward) => total + reward, 0) / samples.rewards.length;
  return { document, meanReward };
}

describe('a curve as it is drawn', () => {
  test.each(['lwr', 'mean', 'penalty', 'lwr-penalty'] as const)(
    '%s lies at the level of the raw rewards',
    (estimator) => {
      const { document, meanReward } = fitted(estimator);
      const curve = chartedCurve(document, 'chars');
      expect(curve?.isReward).toBe(true);
      expect(Math.abs((curve?.mean ?? Number.NaN) - meanReward)).toBeLessThan(0.1);
    },
  );

  test('has the heights of the service between and beyond its knots', () => {
    const document: ChartedDocument = {
      reward_model: 'rm',
      fitted_at: '2026-11-23T00:00:00.000Z',
      estimator: 'lwr',
      samples: 3,
      characteristics: [
        { name: 'chars', alpha: 1, mean_bias: 2, knots: [10, 20, 40], biases: [1, 2, 3] },
        { name: 'words', alpha: 1, mean_bias: 0, knots: [1, 2], biases: [-1, 1], beyond: 'line' },
      ],
    };
    for (const [name, beyond] of [
      ['chars', 'hold'],
      ['words', 'line'],
    ] as const) {
      const curve = chartedCurve(document, name);
      const part = document.characteristics.find((one) => one.name === name);
      if (curve === undefined || part === undefined) throw new Error('both have it');
      const knots = Float64Array.from(part.knots);
      const biases = Float64Array.from(part.biases);
      for (const value of [-3, 1, 1.5, 10, 15, 25, 40, 99])
        expect(curve.heightAt(value)).toBeCloseTo(biasAt({ knots, biases, beyond }, value), 12);
    }
    expect(chartedCurve(document, 'words')?.isReward).toBe(false);
    expect(chartedCurve(document, 'tokens')).toBeUndefined();
    expect(densityOf(document, 'words')).toBeUndefined();
  });

  test('of a penalty and what lies behind it goes on with the penalty alone', () => {
    const { document } = fitted('lwr-penalty');
    const curve = chartedCurve(document, 'chars');
    const penalty = document.characteristics[0]?.biases[1] ?? Number.NaN;
    const last = curve?.knots.at(-1) ?? Number.NaN;
    const beyond = (curve?.heightAt(last + 1_000) ?? 0) - (curve?.heightAt(last) ?? 0);
    expect(beyond).toBeCloseTo(1_000 * penalty, 9);
    expect(curve).toMatchObject({ beyond: 'line', hasRange: true });
  });

  test('of a penalty whose level is not known is the bias less its mean', () => {
    const { document } = fitted('penalty');
    const curve = chartedCurve({ ...document, reward_scale: undefined }, 'chars');
    expect(curve).toMatchObject({ isReward: false, mean: 0, hasRange: false });
  });

  test('of very many knots keeps the first and the last', () => {
    const knots = Array.from({ length: 40_000 }, (_, i) => i);
    const document: ChartedDocument = {
      ...toDocument(curveOf('rm')),
      characteristics: [
        { name: 'chars', alpha: 1, mean_bias: 0, knots, biases: knots, standard_errors: knots },
      ],
    };
    const curve = chartedCurve(document, 'chars');
    expect(curve?.knots.length).toBe(1_500);
    expect(curve?.knots.at(0)).toBe(0);
    expect(curve?.knots.at(-1)).toBe(39_999);
    expect(curve?.standardErrors).toEqual(curve?.knots);
  });
});
