import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type BiasCurve, biasAt } from '../../../src/calibration/curve/bias-curve.js';
import { InvalidInput } from '../../../src/calibration/errors.js';
import { estimateBias } from '../../../src/calibration/fit/estimate.js';
import { fitBias } from '../../../src/calibration/fit/fit.js';
import { DEFAULT_FIT_SETTINGS, type FitSettings } from '../../../src/calibration/fit/fit-settings.js';
import type { MeasuredSamples } from '../../../src/calibration/samples/samples.js';
import { promptSamples } from '../../support/simulated-samples.js';

type Settings = FitSettings & { readonly iterations: number };
const LWR: Settings = { ...DEFAULT_FIT_SETTINGS, frac: 0.3, iterations: 3 };
const WITHIN: Settings = { ...LWR, estimator: 'lwr-within' };

const golden = JSON.parse(readFileSync(new URL('../golden/within.json', import.meta.url), 'utf8')) as Record<
  'line' | 'curve',
  { prompt: number[]; chars: number[]; reward: number[]; at: number[]; bias: number[] } & Record<
    'slope' | 'slopeError' | 'pooledSlope',
    number
  >
>;

function goldenSamples({ prompt, chars, reward }: (typeof golden)['line']): MeasuredSamples {
  return {
    rewards: Float64Array.from(reward),
    characteristics: new Map([['chars', Float64Array.from(chars)]]),
    groups: Int32Array.from(prompt),
  };
}

function curveOf(samples: MeasuredSamples, settings: Settings): BiasCurve {
  const [curve] = estimateBias(samples, settings).curves;
  if (curve === undefined) throw new Error('no curve');
  return curve;
}

/** b̂ at some lengths, less its mean over the samples. */
const shapeAt = (curve: BiasCurve, at: readonly number[]) => at.map((c) => biasAt(curve, c) - curve.meanBias);
const slopeBetween = (curve: BiasCurve, low: number, high: number) =>
  (biasAt(curve, high) - biasAt(curve, low)) / (high - low);
const errorAt = ({ knots, standardErrors }: BiasCurve, c: number) =>
  standardErrors?.[knots.findIndex((knot) => knot >= c)] ?? Number.NaN;

const charsOf = ({ characteristics }: MeasuredSamples) => characteristics.get('chars') ?? new Float64Array();
const quantiles = (samples: MeasuredSamples, shares: readonly number[]) => {
  const sorted = charsOf(samples).slice().sort();
  return shares.map((share) => sorted[Math.floor(share * sorted.length)] ?? Number.NaN);
};
/** The simulation's own bias, log(length), less its mean over the samples. */
const truthAt = (samples: MeasuredSamples, at: readonly number[]) => {
  const chars = charsOf(samples);
  const mean = chars.reduce((sum, c) => sum + Math.log(c) / chars.length, 0);
  return at.map((c) => Math.log(c) - mean);
};
const largestGap = (a: readonly number[], b: readonly number[]) =>
  Math.max(...a.map((value, i) => Math.abs(value - (b[i] ?? Number.NaN))));

describe('LWR within prompts', () => {
  test('has the slope of fixed-effects least squares (statsmodels) where the truth is a line; LWR has that of pooled', () => {
    const { slope, slopeError, pooledSlope } = golden.line;
    const samples = goldenSamples(golden.line);
    const [low = 0, high = 0] = quantiles(samples, [0.1, 0.9]);
    const smooth = { ...WITHIN, frac: 1, iterations: 0 };
    const within = slopeBetween(curveOf(samples, smooth), low, high);
    const pooled = slopeBetween(curveOf(samples, { ...smooth, estimator: 'lwr' }), low, high);
    expect(Math.abs(within - slope)).toBeLessThan(2 * slopeError);
    expect(Math.abs(pooled - slope)).toBeGreaterThan(10 * slopeError);
    expect(Math.abs(pooled - pooledSlope)).toBeLessThan(5 * slopeError);
  });

  test.each([0, 3])(
    'with %d iterations has the curve of splines with fixed effects (statsmodels), within two standard errors',
    (iterations) => {
      const { at, bias } = golden.curve;
      const curve = curveOf(goldenSamples(golden.curve), { ...WITHIN, iterations });
      for (const [i, value] of shapeAt(curve, at).entries()) {
        expect(Math.abs(value - (bias[i] ?? Number.NaN))).toBeLessThan(2 * errorAt(curve, at[i] ?? 0));
      }
    },
  );

  test('is right where prompts differ in length and level, and LWR has the wrong sign', () => {
    const samples = promptSamples(1_000, 8, 1);
    const at = quantiles(samples, [0.05, 0.25, 0.5, 0.75, 0.95]);
    const truth = truthAt(samples, at);
    expect(largestGap(shapeAt(curveOf(samples, WITHIN), at), truth)).toBeLessThan(0.15);
    const plain = shapeAt(curveOf(samples, LWR), at);
    expect(largestGap(plain, truth)).toBeGreaterThan(2);
    expect(plain[0]).toBeGreaterThan(plain[4] ?? Number.NaN);
  });

  test('agrees with LWR where prompts are alike', () => {
    const samples = promptSamples(1_000, 8, 2, 0);
    const at = quantiles(samples, [0.05, 0.25, 0.5, 0.75, 0.95]);
    const within = curveOf(samples, WITHIN);
    const plain = curveOf(samples, LWR);
    for (const c of at) {
      const [a = 0, b = 0] = [shapeAt(within, [c])[0], shapeAt(plain, [c])[0]];
      expect(Math.abs(a - b)).toBeLessThan(2 * errorAt(within, c));
    }
  });

  test('misses the truth by less than two standard errors nine times of ten', () => {
    const misses: boolean[] = [];
    for (let seed = 0; seed < 30; seed++) {
      const samples = promptSamples(150, 4, 100 + 2 * seed);
      const curve = curveOf(samples, WITHIN);
      const at = quantiles(samples, [0.1, 0.25, 0.5, 0.75, 0.9]);
      const truth = truthAt(samples, at);
      shapeAt(curve, at).forEach((value, i) => {
        misses.push(Math.abs(value - (truth[i] ?? 0)) > 2 * errorAt(curve, at[i] ?? 0));
      });
    }
    expect(misses.filter(Boolean).length / misses.length).toBeLessThan(0.1);
  });

  test('keeps the level: the mean of the bias over all samples is the mean reward, those of single prompts included', () => {
    const paired = promptSamples(100, 4, 3);
    const samples = withPrompts(paired, (group, i) => (i < 40 ? 1_000 + i : group));
    const curve = curveOf(samples, WITHIN);
    const chars = charsOf(samples);
    const mean = samples.rewards.reduce((sum, reward) => sum + reward / samples.rewards.length, 0);
    const meanBias = chars.reduce((sum, c) => sum + biasAt(curve, c) / chars.length, 0);
    expect(curve.meanBias).toBeCloseTo(mean, 10);
    expect(meanBias).toBeCloseTo(mean, 10);
  });

  test('takes nothing from prompts of one sample, or of one length', () => {
    const all = promptSamples(200, 4, 4);
    const comparable = curveOf(
      withPrompts(all, (group) => group),
      WITHIN,
    );
    const extra = promptSamples(200, 4, 4);
    const samples = {
      rewards: Float64Array.from([...extra.rewards, 50, -70, 3, 90]),
      characteristics: new Map([['chars', Float64Array.from([...charsOf(extra), 10, 500, 700, 700])]]),
      groups: Int32Array.from([...(extra.groups ?? []), 900, 901, 902, 902]),
    };
    const curve = curveOf(samples, WITHIN);
    expect(curve.knots).toEqual(comparable.knots);
    const at = quantiles(all, [0.1, 0.5, 0.9]);
    const differences = at.map((c) => biasAt(curve, c) - biasAt(comparable, c));
    expect(
      largestGap(
        differences,
        differences.map(() => differences[0] ?? 0),
      ),
    ).toBeLessThan(1e-9);
  });

  test('settles in a few passes, also where a thirtieth of the variance of lengths is within prompts', () => {
    for (const samples of [promptSamples(500, 4, 5), stretched(promptSamples(500, 4, 5))]) {
      const [regression] = fitBias(samples, WITHIN).diagnostics.characteristics;
      expect(regression?.backFitting?.settled).toBe(true);
      expect(regression?.backFitting?.passes).toBeLessThan(60);
    }
  });

  test.each([1e5, -3.4e38, 1e200])(
    'takes nothing from prompts with a reward of %d, whose lengths are as likely as any',
    (value) => {
      const all = promptSamples(400, 4, 9);
      const samples = {
        ...all,
        rewards: all.rewards.map((reward, i) => (i % 211 === 17 ? value : reward)),
      };
      const at = quantiles(all, [0.05, 0.25, 0.5, 0.75, 0.95]);
      const clean = curveOf(all, WITHIN);
      const curve = curveOf(samples, WITHIN);
      for (const [i, bias] of at.map((c) => biasAt(curve, c)).entries()) {
        const error = errorAt(clean, at[i] ?? 0);
        expect(Math.abs(bias - biasAt(clean, at[i] ?? 0))).toBeLessThan(error);
      }
      const { diagnostics } = fitBias(samples, WITHIN);
      expect(diagnostics.characteristics[0]?.backFitting?.settled).toBe(true);
      expect(diagnostics.warnings.map(({ code }) => code)).toContain('rewards-outliers');
    },
  );

  test('chooses frac and alpha too', () => {
    const samples = promptSamples(300, 4, 6);
    const settings: FitSettings = {
      ...WITHIN,
      frac: 'auto',
      iterations: 'auto',
      characteristics: [{ name: 'chars', alpha: 'auto' }],
    };
    const { curves, diagnostics } = fitBias(samples, settings);
    expect(diagnostics.characteristics[0]?.fracLosses).toHaveLength(9);
    // Judged within prompts: over all samples the correlation is negative, and no alpha above 0 would help.
    expect(curves[0]?.alpha).toBeGreaterThan(0.8);
    expect(curves[0]?.alpha).toBeLessThan(1.2);
  });

  test('needs prompts, and ten samples that can be compared', () => {
    const samples = promptSamples(100, 4, 7);
    const { groups: _, ...promptless } = samples;
    expect(refusalOf(promptless)).toMatchObject({
      code: 'invalid-input',
      violations: [{ path: ['samples'] }],
    });
    expect(refusalOf(promptless).message).toMatch(/"prompt".*"groups"/);
    const single = withPrompts(samples, (_group, i) => (i < 8 ? 0 : i));
    expect(refusalOf(single)).toMatchObject({ code: 'too-few-samples', violations: [{ path: ['samples'] }] });
  });

  test('of one large prompt is fitted, and cross-fitted by samples', () => {
    const { diagnostics } = fitBias(promptSamples(1, 40, 8), WITHIN);
    expect(diagnostics.spearman.crossFitted).not.toBeNull();
    expect(diagnostics.warnings.map(({ code }) => code)).toContain('few-samples-per-neighbourhood');
  });

  test('of barely enough comparable samples is fitted, though not cross-fitted', () => {
    const samples = withPrompts(promptSamples(10, 4, 8), (group, i) => (i < 12 ? group : 100 + i));
    const { diagnostics } = fitBias(samples, WITHIN);
    expect(diagnostics.spearman.crossFitted).toBeNull();
  });
});

function withPrompts(
  samples: MeasuredSamples,
  renumber: (group: number, i: number) => number,
): MeasuredSamples {
  return { ...samples, groups: samples.groups?.map(renumber) };
}

/** The same prompts, two thirds of whose differences in length are gone. */
function stretched(samples: MeasuredSamples): MeasuredSamples {
  const chars = charsOf(samples);
  const first = (i: number) => chars[i - (i % 4)] ?? 0;
  const closer = chars.map((c, i) => Math.round(first(i) + (c - first(i)) / 3));
  return { ...samples, characteristics: new Map([['chars', Float64Array.from(closer)]]) };
}

function refusalOf(samples: MeasuredSamples): InvalidInput {
  try {
    fitBias(samples, WITHIN);
  } catch (error) {
    if (error instanceof InvalidInput) return error;
    throw error;
  }
  throw new Error('was not refused');
}
