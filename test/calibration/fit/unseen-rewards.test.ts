import { describe, expect, test } from 'vitest';
import { crossFit } from '../../../src/calibration/fit/cross-fit.js';
import { diagnosedSample } from '../../../src/calibration/fit/diagnosed-sample.js';
import { estimateBias } from '../../../src/calibration/fit/estimate.js';
import { fitBias } from '../../../src/calibration/fit/fit.js';
import { DEFAULT_FIT_SETTINGS, type Estimator } from '../../../src/calibration/fit/fit-settings.js';
import { estimateUnseen } from '../../../src/calibration/fit/unseen-rewards.js';
import type { MeasuredSamples } from '../../../src/calibration/samples/samples.js';
import { pearson, spearman } from '../../../src/calibration/statistics/correlation.js';
import { lengthsAndRewards } from '../../lowess/samples.js';

/** Least squares, so that leaving out is leaving out: no weights depend on a sample. */
const settings = { ...DEFAULT_FIT_SETTINGS, iterations: 0 };

function samplesOf(n: number, groupSize?: number): MeasuredSamples {
  const { x, y } = lengthsAndRewards(n, 7);
  return {
    rewards: Float64Array.from(y),
    characteristics: new Map([
      ['chars', Float64Array.from(x)],
      ['lines', Float64Array.from(x, (_, i) => (i * 7) % 23)],
    ]),
    groups: groupSize === undefined ? undefined : Int32Array.from(x, (_, i) => Math.floor(i / groupSize)),
  };
}

function unseenOf(samples: MeasuredSamples, changed: Partial<typeof settings>) {
  const all = { ...settings, ...changed };
  return estimateUnseen(samples, diagnosedSample(samples, all), all).unseen;
}

const byFolds = (samples: MeasuredSamples, changed: Partial<typeof settings>) =>
  crossFit(samples, { ...settings, ...changed });

describe('rewards calibrated by curves that had not seen them', () => {
  test.each(['lwr', 'lwr-penalty'] as const)(
    'of %s are those with the sample’s reward moved to where it pulls at nothing',
    (estimator) => {
      // With the reward at the prediction itself the curve passes through it: it was fitted without the
      // sample.
      const samples = samplesOf(200);
      const unseen = unseenOf(samples, { estimator, frac: 0.3 }) ?? new Float64Array();
      for (const i of [0, 50, 111, 199]) {
        const bias = Number(samples.rewards[i]) - Number(unseen[i]);
        const moved = { ...samples, rewards: samples.rewards.with(i, bias) };
        expect(unseenOf(moved, { estimator, frac: 0.3 })?.[i]).toBeCloseTo(0, 9);
        const { remaining } = estimateBias(moved, { ...settings, estimator, frac: 0.3 });
        expect(remaining[i]).toBeCloseTo(0, 9);
      }
    },
  );

  test('of several characteristics are less each bias without the sample, times its strength', () => {
    const samples = samplesOf(300);
    const characteristics = [
      { name: 'chars', alpha: 0.5 },
      { name: 'lines', alpha: 1 },
    ];
    const both = unseenOf(samples, { characteristics });
    const first = unseenOf(samples, { characteristics: characteristics.slice(0, 1) });
    const { remaining } = estimateBias(samples, {
      ...settings,
      characteristics: characteristics.slice(0, 1),
    });
    const second = unseenOf(
      { ...samples, rewards: Float64Array.from(remaining) },
      { characteristics: characteristics.slice(1) },
    );
    both?.forEach((reward, i) => {
      const removed = Number(remaining[i]) - Number(second?.[i]);
      expect(reward).toBeCloseTo(Number(first?.[i]) - removed, 12);
    });
  });

  test.each([
    ['mean', undefined],
    ['penalty', undefined],
    ['lwr-within', 3],
    ['lwr', 30],
    ['lwr-penalty', 30],
  ] as const)('of %s with prompts of %s samples come from five folds', (estimator: Estimator, size) => {
    const samples = samplesOf(600, size);
    expect(unseenOf(samples, { estimator })).toEqual(byFolds(samples, { estimator }));
  });

  test.each(['lwr', 'lwr-penalty'] as const)(
    'of %s with many prompts come from one left out',
    (estimator) => {
      const alone = unseenOf(samplesOf(600), { estimator });
      expect(unseenOf(samplesOf(600, 2), { estimator })).toEqual(alone);
      expect(alone).not.toEqual(byFolds(samplesOf(600), { estimator }));
    },
  );

  test('are correlated in the diagnostics', () => {
    const samples = samplesOf(600);
    const [chars = new Float64Array()] = samples.characteristics.values();
    const unseen = unseenOf(samples, {}) ?? new Float64Array();
    const { diagnostics } = fitBias(samples, settings);
    expect(diagnostics.spearman.crossFitted).toBe(spearman(chars, unseen));
    expect(diagnostics.pearson.crossFitted).toBe(pearson(chars, unseen));
  });

  test('are those of 20,000 evenly spaced samples of more', () => {
    const samples = samplesOf(50_000);
    const unseen = unseenOf(samples, {});
    const { unseen: all } = estimateBias(samples, settings, Uint32Array.from(samples.rewards.keys()));
    expect(unseen).toHaveLength(20_000);
    for (const k of [0, 1, 9_999, 19_999]) expect(unseen?.[k]).toBe(all?.[Math.floor(k * 2.5)]);
  });
});
