import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { fitBias } from '../../../src/calibration/fit/fit.js';
import { DEFAULT_FIT_SETTINGS, type FitSettings } from '../../../src/calibration/fit/fit-settings.js';
import type { MeasuredSamples } from '../../../src/calibration/samples/samples.js';
import { shapeOf } from '../../../src/calibration/statistics/distribution.js';
import { backFittingWarnings } from '../../../src/calibration/warnings/curve-warnings.js';
import {
  biasedSamples,
  type Draws,
  lengthOf,
  promptSamples,
  simulate,
} from '../../support/simulated-samples.js';

function warningsOf(samples: MeasuredSamples, settings: Partial<FitSettings> = {}) {
  return fitBias(samples, { ...DEFAULT_FIT_SETTINGS, ...settings }).diagnostics.warnings;
}
const codesOf = (samples: MeasuredSamples, settings: Partial<FitSettings> = {}) =>
  warningsOf(samples, settings).map(({ code }) => code);
function messageOf(samples: MeasuredSamples, code: string, settings: Partial<FitSettings> = {}): string {
  return warningsOf(samples, settings).find((warning) => warning.code === code)?.message ?? '';
}

const logistic = (x: number) => 1 / (1 + Math.exp(-x));

/**
 * Probabilities that a judge prefers a response, of the kind that method.md describes: a sure yes for most, a
 * weak no for some, of which there are fewer and weaker ones among long responses. The reweightings drop part
 * of the noes.
 */
const preferences = (seed: number) =>
  simulate(3_000, seed, ({ uniform, normal }) => {
    const z = normal();
    const isNo = uniform() < logistic(-1.21 - 0.78 * z);
    const logit = isNo ? -0.15 - 0.89 * z + 0.28 * normal() : 3.75 + 0.18 * z + 1.59 * normal();
    return { chars: lengthOf(z), reward: logistic(logit) };
  });

/**
 * Marks from 0 to 100 in fives: mostly high and slowly falling with length, and more and more very low ones.
 */
const marks = (seed: number) =>
  simulate(4_000, seed, ({ uniform, normal }) => {
    const z = normal();
    const isLow = uniform() < Math.min(1, 0.15 * Math.exp(z));
    const mark = isLow ? 10 + 5 * normal() : 85 - 6 * z + 4 * normal();
    return { chars: lengthOf(z), reward: Math.min(100, Math.max(0, 5 * Math.round(mark / 5))) };
  });

const exponential = ({ uniform }: Draws) => -Math.log(1 - uniform());
const twoModes = ({ uniform, normal }: Draws) => (uniform() < 0.5 ? -3 : 3) + normal();

/** Most noise is small; a quarter lies far above. */
const highQuarter = ({ uniform, normal }: Draws) => 0.3 * normal() + (uniform() < 0.22 ? 6 + normal() : 0);

function mapRewards(
  samples: MeasuredSamples,
  change: (reward: number, i: number) => number,
): MeasuredSamples {
  return { ...samples, rewards: samples.rewards.map(change) };
}

function mapChars(samples: MeasuredSamples, change: (chars: number, i: number) => number): MeasuredSamples {
  const chars = (samples.characteristics.get('chars') ?? new Float64Array()).map(change);
  return { ...samples, characteristics: new Map([['chars', chars]]) };
}

describe('warnings', () => {
  test('there are none for normal rewards and lognormal lengths', () => {
    for (let seed = 1; seed <= 20; seed++)
      expect(codesOf(biasedSamples(2_000, seed)), `seed ${seed}`).toEqual([]);
  });

  test('there are none for prompts that are alike, by any estimator of curves', () => {
    for (let seed = 1; seed <= 5; seed++) {
      const samples = promptSamples(500, 4, 10 * seed, 0);
      for (const estimator of ['lwr', 'lwr-within', 'lwr-penalty'] as const)
        expect(codesOf(samples, { estimator }), `${estimator}, seed ${seed}`).toEqual([]);
    }
  });

  test('"sign-flipped": preference probabilities with reweightings, and "auto" does without', () => {
    for (const seed of [1, 2, 3]) {
      const samples = preferences(seed);
      const robust = fitBias(samples, { ...DEFAULT_FIT_SETTINGS, iterations: 3 }).diagnostics;
      expect(robust.spearman.before).toBeGreaterThan(0.15);
      expect(robust.spearman.after).toBeLessThan(-0.15);
      expect(robust.warnings[0]?.code).toBe('sign-flipped');
      expect(robust.warnings[0]?.message).toMatch(/went from 0\.\d+ to -0\.\d+.*"iterations": 0/);
      const chosen = fitBias(samples, { ...DEFAULT_FIT_SETTINGS, iterations: 'auto' }).diagnostics;
      expect(chosen.iterations).toBe(0);
      expect(Math.abs(chosen.spearman.after ?? 1)).toBeLessThan(0.06);
      expect(chosen.warnings.map(({ code }) => code)).not.toContain('sign-flipped');
    }
  });

  test('"sign-flipped": marks without reweightings, and "auto" takes them', () => {
    for (const seed of [1, 2, 3]) {
      const samples = marks(seed);
      expect(codesOf(samples, { iterations: 0 })[0]).toBe('sign-flipped');
      const chosen = fitBias(samples, { ...DEFAULT_FIT_SETTINGS, iterations: 'auto' }).diagnostics;
      expect(chosen.iterations).toBe(3);
      expect(chosen.warnings.map(({ code }) => code)).not.toContain('sign-flipped');
    }
  });

  test('"hardly-reduced": a penalty far too small, or a small alpha; not LWR', () => {
    const samples = biasedSamples(2_000, 1);
    expect(codesOf(samples, { estimator: 'penalty', penalty: 1e-5 })).toContain('hardly-reduced');
    expect(codesOf(samples, { characteristics: [{ name: 'chars', alpha: 0.2 }] })).toContain(
      'hardly-reduced',
    );
    expect(codesOf(samples)).not.toContain('hardly-reduced');
  });

  test('"cross-fit-disagrees": few prompts, each with its own length and level; not many', () => {
    const clusters = (prompts: number) =>
      simulate(1_500, 3, ({ normal }, i) => {
        const prompt = i % prompts;
        const chars = 100 + Math.round((6_000 / prompts) * prompt + 5 * normal());
        return { prompt, chars, reward: 6 * Math.sin(1.9 * prompt) + 0.3 * prompt + normal() };
      });
    expect(codesOf(clusters(5), { frac: 0.3 })).toContain('cross-fit-disagrees');
    expect(codesOf(clusters(14), { frac: 0.3 })).not.toContain('cross-fit-disagrees');
  });

  test('"within-prompt-disagrees": prompts with long answers have low levels; advises lwr-within, which has no warning', () => {
    const samples = promptSamples(500, 4, 1);
    expect(messageOf(samples, 'within-prompt-disagrees')).toMatch(
      /0\.\d+ within prompts but -0\.\d+ across.*"lwr-within"/,
    );
    expect(codesOf(samples, { estimator: 'lwr-within' })).toEqual([]);
    const { groups: _, ...promptless } = samples;
    expect(codesOf(promptless)).not.toContain('within-prompt-disagrees');
  });

  test('"not-distinguishable": rewards that have nothing to do with length; not with a slope', () => {
    const none = [1, 2, 3, 4].filter((seed) =>
      codesOf(biasedSamples(500, seed, 0)).includes('not-distinguishable'),
    );
    expect(none.length).toBeGreaterThanOrEqual(3);
    expect(codesOf(biasedSamples(500, 1, 1))).not.toContain('not-distinguishable');
  });

  test('"back-fitting-unsettled": curve and levels that have not come to rest', () => {
    const regression = {
      frac: 0.5,
      effectiveDegreesOfFreedom: 4,
      standardError: { mean: 0.1, largest: 0.2 },
      residualScale: 1,
      robustWeightRemoved: 0,
    };
    const tell = (settled: boolean) =>
      backFittingWarnings([
        { name: 'chars', alpha: 1, regression: { ...regression, backFitting: { passes: 80, settled } } },
      ]);
    expect(tell(false)).toMatchObject([
      { code: 'back-fitting-unsettled', message: expect.stringContaining('"chars" after 80 passes') },
    ]);
    expect(tell(true)).toEqual([]);
  });

  test('"heavy-robust-weights": a fifth of the rewards far above; says that it were the high ones', () => {
    const samples = biasedSamples(2_000, 1, 1, highQuarter);
    expect(messageOf(samples, 'heavy-robust-weights')).toMatch(
      /took 2\d% of the weight, mostly from high rewards/,
    );
    const turned = mapRewards(samples, (reward) => -reward);
    expect(messageOf(turned, 'heavy-robust-weights')).toMatch(/mostly from low rewards/);
    expect(codesOf(samples, { iterations: 0 })).not.toContain('heavy-robust-weights');
  });

  test('"rewards-skewed": exponential noise, with the side that lost weight; not a skew that the length gives', () => {
    const message = messageOf(biasedSamples(2_000, 1, 1, exponential), 'rewards-skewed');
    expect(message).toMatch(/skewness (1\.[5-9]|2)\d*/);
    expect(message).toMatch(/took 1\d% of the weight, mostly from high rewards/);
    const lengthy = biasedSamples(2_000, 1, 0, ({ normal }) => 0.1 * normal());
    const chars = lengthy.characteristics.get('chars') ?? new Float64Array();
    const linear = mapRewards(lengthy, (reward, i) => reward + (chars[i] ?? 0) / 100);
    expect(shapeOf(linear.rewards)?.skewness).toBeGreaterThan(1);
    expect(codesOf(linear)).not.toContain('rewards-skewed');
  });

  test('"rewards-bimodal": two modes; not one skewed mode, uniform or heavy-tailed noise', () => {
    expect(codesOf(biasedSamples(2_000, 1, 1, twoModes))).toContain('rewards-bimodal');
    const cauchy = ({ uniform }: Draws) => Math.tan(Math.PI * (uniform() - 0.5));
    for (const noise of [exponential, ({ uniform }: Draws) => 3 * uniform(), cauchy]) {
      for (const seed of [1, 2, 3])
        expect(codesOf(biasedSamples(2_000, seed, 1, noise))).not.toContain('rewards-bimodal');
    }
  });

  test('"rewards-outliers": how many, how far, of which sample, and what the estimator makes of them', () => {
    const samples = biasedSamples(2_000, 1);
    const far = mapRewards(samples, (reward, i) => (i % 500 === 3 ? (i === 503 ? -3.4e38 : 1e12) : reward));
    for (const [estimator, effect] of [
      ['lwr', /no weight, after the first/],
      ['mean', /window holds one moves/],
      ['penalty', /does not depend on rewards/],
    ] as const) {
      const message = messageOf(far, 'rewards-outliers', { estimator });
      expect(message).toMatch(/^4 reward\(s\) \(0\.2%\).*-3\.4e\+38 of sample 503/);
      expect(message).toMatch(effect);
    }
    // 80 standard deviations are a heavy tail, and a tenth of the samples a part of the distribution.
    const tail = mapRewards(samples, (reward, i) => (i === 3 ? 80 : reward));
    const part = mapRewards(samples, (reward, i) => (i % 10 === 3 ? 1e6 : reward));
    for (const others of [samples, tail, part]) expect(codesOf(others)).not.toContain('rewards-outliers');
  });

  test('"rewards-clipped": a tenth at a limit, with its side', () => {
    const samples = biasedSamples(2_000, 1);
    const limit = samples.rewards.slice().sort()[1_800] ?? 0;
    expect(
      messageOf(
        mapRewards(samples, (reward) => Math.min(reward, limit)),
        'rewards-clipped',
      ),
    ).toMatch(/^10% of the rewards are equal to the largest/);
    expect(
      messageOf(
        mapRewards(samples, (reward) => Math.max(-reward, -limit)),
        'rewards-clipped',
      ),
    ).toMatch(/the smallest/);
  });

  test('"rewards-discrete": marks from 1 to 5, or 0 to 100 mostly in fives; not halves of a wide scale', () => {
    const samples = biasedSamples(2_000, 1);
    const rounded = mapRewards(samples, (reward) => Math.min(5, Math.max(1, Math.round(reward - 3.5))));
    expect(messageOf(rounded, 'rewards-discrete')).toMatch(/one of [3-5] value/);
    expect(codesOf(rounded)).not.toContain('rewards-clipped');
    const fives = mapRewards(samples, (reward, i) => 5 * Math.round(3 * reward) + (i % 30 === 0 ? 1 : 0));
    expect(codesOf(fives)).toContain('rewards-discrete');
    const fine = mapRewards(samples, (reward) => Math.round(50 * reward) / 50);
    expect(codesOf(fine)).not.toContain('rewards-discrete');
  });

  test('"few-samples-per-neighbourhood": 80 samples, or a tiny frac; not 100 with frac 0.5', () => {
    expect(messageOf(biasedSamples(80, 1), 'few-samples-per-neighbourhood')).toContain(
      '40 samples (frac 0.5)',
    );
    expect(codesOf(biasedSamples(2_000, 1), { frac: 0.02 })).toContain('few-samples-per-neighbourhood');
    expect(codesOf(biasedSamples(100, 1))).not.toContain('few-samples-per-neighbourhood');
  });

  test('"mass-in-ties": a third of the lengths 0', () => {
    const samples = biasedSamples(2_000, 1);
    expect(
      messageOf(
        mapChars(samples, (chars, i) => (i % 3 === 0 ? 0 : chars)),
        'mass-in-ties',
      ),
    ).toMatch(/33% have "chars" = 0/);
    expect(codesOf(mapChars(samples, (chars, i) => (i % 10 === 0 ? 0 : chars)))).not.toContain(
      'mass-in-ties',
    );
    expect(
      codesOf(
        mapChars(samples, (chars, i) => (i % 10 === 0 ? 0 : chars)),
        { frac: 0.08 },
      ),
    ).toContain('mass-in-ties');
  });

  test('"thin-ends": a few responses fifty times as long as the rest', () => {
    const samples = biasedSamples(1_000, 1, 0.3);
    const extreme = mapChars(samples, (chars, i) => (i < 3 ? 50_000 + chars : chars));
    expect(messageOf(extreme, 'thin-ends')).toMatch(/3 with "chars" from \d+/);
    expect(codesOf(samples)).not.toContain('thin-ends');
  });

  test('one of a kind names several characteristics, and fits into the exported document', () => {
    const samples = biasedSamples(60, 1);
    const names = Array.from({ length: 16 }, (_, i) => `characteristic-${'x'.repeat(45)}-${i}`);
    const chars = samples.characteristics.get('chars') ?? new Float64Array();
    const many = { ...samples, characteristics: new Map(names.map((name) => [name, chars] as const)) };
    const warnings = warningsOf(many, { characteristics: names.map((name) => ({ name, alpha: 1 })) });
    expect(new Set(warnings.map(({ code }) => code)).size).toBe(warnings.length);
    expect(warnings.length).toBeGreaterThan(0);
    for (const { message } of warnings) expect(message.length).toBeLessThanOrEqual(2_000);
  });

  test('constant rewards or lengths are told, not stumbled over', () => {
    const samples = biasedSamples(200, 1);
    expect(codesOf(mapRewards(samples, () => 2))).toContain('rewards-discrete');
    expect(codesOf(mapChars(samples, () => 7))).toContain('mass-in-ties');
  });
});

describe('the shape of a distribution', () => {
  const cases = JSON.parse(readFileSync(new URL('../golden/distribution.json', import.meta.url), 'utf8')) as {
    name: string;
    values: number[];
    skewness: number;
    excessKurtosis: number;
    bimodality: number;
  }[];

  test.each(cases)('equals scipy: $name', ({ values, skewness, excessKurtosis, bimodality }) => {
    const shape = shapeOf(Float64Array.from(values));
    expect(shape?.skewness).toBeCloseTo(skewness, 10);
    expect(shape?.excessKurtosis).toBeCloseTo(excessKurtosis, 10);
    expect(shape?.bimodality).toBeCloseTo(bimodality, 10);
  });

  test('is undefined for three values, or constant ones', () => {
    expect(shapeOf(Float64Array.of(1, 2, 4))).toBeUndefined();
    expect(shapeOf(new Float64Array(50).fill(0.1))).toBeUndefined();
  });
});
