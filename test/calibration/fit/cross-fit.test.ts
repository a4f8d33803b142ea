import { describe, expect, test } from 'vitest';
import { crossFit } from '../../../src/calibration/fit/cross-fit.js';
import { fitBias } from '../../../src/calibration/fit/fit.js';
import { DEFAULT_FIT_SETTINGS } from '../../../src/calibration/fit/fit-settings.js';
import type { MeasuredSamples } from '../../../src/calibration/samples/samples.js';
import { spearman } from '../../../src/calibration/statistics/correlation.js';
import { lengthsAndRewards, mulberry32 } from '../../lowess/samples.js';

/** Least squares: a huge reward moves every curve that has seen it. */
const settings = { ...DEFAULT_FIT_SETTINGS, iterations: 0 };
const { x: chars, y: rewards } = lengthsAndRewards(120, 5);
const byPair = Int32Array.from(chars, (_, i) => i >> 1);

function samplesWith(
  changed: ReadonlyMap<number, number>,
  groups?: Int32Array<ArrayBuffer>,
): MeasuredSamples {
  return {
    rewards: Float64Array.from(rewards, (reward, i) => changed.get(i) ?? reward),
    characteristics: new Map([['chars', Float64Array.from(chars)]]),
    groups,
  };
}

/** What cross-fitting takes from each reward. */
function biasesOf(samples: MeasuredSamples): number[] {
  const calibrated = crossFit(samples, settings);
  return Array.from(samples.rewards, (reward, i) => reward - Number(calibrated?.[i]));
}

describe('calibrating each sample by a fit without it', () => {
  const before = biasesOf(samplesWith(new Map()));

  test.each([0, 17, 60, 119])('a huge reward of sample %d leaves its own bias, and moves others', (i) => {
    const after = biasesOf(samplesWith(new Map([[i, 1e6]])));
    expect(after[i]).toBeCloseTo(Number(before[i]), 8);
    const moved = after.filter((bias, j) => Math.abs(bias - Number(before[j])) > 1);
    expect(moved.length).toBeGreaterThan(10);
  });

  test('a huge reward leaves the biases of its whole prompt', () => {
    const grouped = biasesOf(samplesWith(new Map(), byPair));
    for (let i = 0; i < rewards.length; i += 2) {
      const after = biasesOf(samplesWith(new Map([[i, 1e6]]), byPair));
      expect(after[i]).toBeCloseTo(Number(grouped[i]), 8);
      expect(after[i + 1]).toBe(grouped[i + 1]);
    }
  });

  test('without prompts some neighbours are fitted apart: knowing them matters', () => {
    const apart = byPair.filter((_, i) => {
      if (i % 2 === 1) return false;
      const after = biasesOf(samplesWith(new Map([[i, 1e6]])));
      return after[i + 1] !== before[i + 1];
    });
    expect(apart.length).toBeGreaterThan(20);
  });

  test('the same samples give the same numbers', () => {
    expect(biasesOf(samplesWith(new Map(), byPair))).toEqual(biasesOf(samplesWith(new Map(), byPair)));
  });

  test('the correlation it leaves is in the diagnostics', () => {
    const samples = samplesWith(new Map(), byPair);
    const crossFitted = crossFit(samples, settings);
    const { spearman: told } = fitBias(samples, settings).diagnostics;
    expect(told.crossFitted).toBe(crossFitted && spearman(Float64Array.from(chars), crossFitted));
  });

  test('four fifths may be too few for RC-Mean: then nothing is told, and the fit stands', () => {
    const { curves, diagnostics } = fitBias(sameLengths(), {
      ...settings,
      estimator: 'mean',
      minSamples: 25,
    });
    expect(curves[0]?.knots).toEqual(Float64Array.of(80));
    expect(diagnostics.spearman.crossFitted).toBeNull();
  });
});

/** Rewards in two modes; from the least to the greatest share of samples in the upper one as length grows. */
function bimodal(gap: number, least: number, greatest: number): MeasuredSamples {
  const { x } = lengthsAndRewards(600, 9);
  const uniform = mulberry32(3);
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  const isUpper = (length: number) => uniform() < least + (greatest - least) * Math.min(1, length / 2000);
  return {
    rewards: Float64Array.from(x, (length) => (isUpper(length) ? gap : 0) + 0.5 * normal()),
    characteristics: new Map([['chars', Float64Array.from(x)]]),
  };
}

describe('"auto" iterations', () => {
  test.each([
    ['none, where the reweightings leave more', bimodal(2, 0.05, 0.6), 0, 3],
    ['three, where least squares leave more', bimodal(6, 0.1, 0.4), 3, 0],
  ])('are %s of the rank correlation out of sample', (_, samples, better, worse) => {
    const left = (iterations: number) =>
      Math.abs(fitBias(samples, { ...settings, iterations }).diagnostics.spearman.crossFitted ?? NaN);
    expect(left(better)).toBeLessThan(left(worse));
    const auto = fitBias(samples, { ...settings, iterations: 'auto' });
    expect(auto.diagnostics.iterations).toBe(better);
    expect(auto.curves).toEqual(fitBias(samples, { ...settings, iterations: better }).curves);
  });

  test('are three for samples that are too few with one left out', () => {
    const few = {
      rewards: Float64Array.from(rewards.subarray(0, 10)),
      characteristics: new Map([['chars', Float64Array.from(chars.subarray(0, 10))]]),
    };
    const { diagnostics } = fitBias(few, { ...settings, iterations: 'auto' });
    expect(diagnostics).toMatchObject({ iterations: 3, spearman: { crossFitted: null } });
  });

  test('are three where cross-fitting is impossible for the estimator', () => {
    const settingsOfMean = { ...settings, estimator: 'mean', minSamples: 25 } as const;
    const auto = fitBias(sameLengths(), { ...settingsOfMean, iterations: 'auto' });
    expect(auto.diagnostics.iterations).toBe(3);
  });
});

/** 25 samples of one length: a window that holds just 25. */
function sameLengths(): MeasuredSamples {
  return {
    rewards: Float64Array.from(rewards.subarray(0, 25)),
    characteristics: new Map([['chars', new Float64Array(25).fill(80)]]),
  };
}
