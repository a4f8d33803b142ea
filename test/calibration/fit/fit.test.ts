import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { biasAt } from '../../../src/calibration/curve/bias-curve.js';
import { InvalidInput } from '../../../src/calibration/errors.js';
import { fitBias } from '../../../src/calibration/fit/fit.js';
import { DEFAULT_FIT_SETTINGS, type FitSettings } from '../../../src/calibration/fit/fit-settings.js';
import { pearson, spearman, thinEvenly } from '../../../src/calibration/statistics/correlation.js';
import { lowess } from '../../../src/lowess/lowess.js';
import { FRAC_CANDIDATES, selectFrac } from '../../../src/lowess/select-frac.js';
import { biasedColumns } from '../../support/app.js';

function samplesOf(columns: { rewards: number[] } & Record<string, number[]>) {
  const { rewards, ...characteristics } = columns;
  return {
    rewards: Float64Array.from(rewards),
    characteristics: new Map(
      Object.entries(characteristics).map(([name, c]) => [name, Float64Array.from(c)]),
    ),
  };
}

describe('fitting the bias', () => {
  test('is lowess at every fitted length, and the mean bias is its mean over the samples', () => {
    const columns = biasedColumns(400);
    const { curves } = fitBias(samplesOf(columns), DEFAULT_FIT_SETTINGS);
    const smoothed = lowess(Float64Array.from(columns.chars), Float64Array.from(columns.rewards), {
      frac: 0.5,
      iterations: 3,
    });
    expect(curves[0]?.knots).toEqual(smoothed.x);
    expect(curves[0]?.biases).toEqual(smoothed.fitted);
    const biases = columns.chars.map((chars) => (curves[0] ? biasAt(curves[0], chars) : NaN));
    expect(curves[0]?.meanBias).toBeCloseTo(biases.reduce((sum, bias) => sum + bias, 0) / 400, 12);
  });

  test('carries the standard error of lowess at every knot, and says its mean over the samples', () => {
    const columns = biasedColumns(400);
    const { curves, diagnostics } = fitBias(samplesOf(columns), DEFAULT_FIT_SETTINGS);
    const [x, y] = [Float64Array.from(columns.chars), Float64Array.from(columns.rewards)];
    const smoothed = lowess(x, y, { frac: 0.5, iterations: 3, standardErrors: true });
    expect(curves[0]?.standardErrors).toEqual(smoothed.standardError);
    const errors = columns.chars.map((chars) => smoothed.standardError[smoothed.x.indexOf(chars)] ?? NaN);
    const [regression] = diagnostics.characteristics;
    expect(regression?.standardError.mean).toBeCloseTo(errors.reduce((a, b) => a + b) / 400, 12);
    expect(regression?.standardError.largest).toBe(Math.max(...errors));
    expect(regression?.effectiveDegreesOfFreedom).toBe(smoothed.effectiveDegreesOfFreedom);
  });

  test('chooses frac for each characteristic on what the ones before have left', () => {
    const { rewards, chars } = biasedColumns(400);
    const lines = chars.map((_, i) => i % 23);
    const settings: FitSettings & { iterations: number } = {
      ...DEFAULT_FIT_SETTINGS,
      iterations: 3,
      frac: 'auto',
      characteristics: [
        { name: 'chars', alpha: 1 },
        { name: 'lines', alpha: 1 },
      ],
    };
    const { curves, diagnostics } = fitBias(samplesOf({ rewards, chars, lines }), settings);
    const [first, second] = diagnostics.characteristics;
    const left = rewards.map((reward, i) => reward - (curves[0] ? biasAt(curves[0], chars[i] ?? NaN) : NaN));
    const expected = selectFrac(Float64Array.from(lines), Float64Array.from(left), settings);
    expect(first?.fracLosses).toHaveLength(FRAC_CANDIDATES.length);
    expect(second).toMatchObject({ frac: expected.frac, fracLosses: expected.losses });
    expect(curves[1]?.biases).toEqual(
      lowess(Float64Array.from(lines), Float64Array.from(left), { ...settings, frac: expected.frac }).fitted,
    );
  });

  test('on 20,000 real values keeps fewer knots, within 1e-9 of the range of rewards', () => {
    const tokens = Array.from({ length: 20_000 }, (_, i) => Math.sqrt(i * 7_919));
    const rewards = tokens.map((value, i) => Math.log1p(value) + Math.sin(i * 12.9898));
    const settings: FitSettings & { iterations: number } = {
      ...DEFAULT_FIT_SETTINGS,
      characteristics: [{ name: 'tokens', alpha: 1 }],
      iterations: 0,
    };
    const [curve] = fitBias(samplesOf({ rewards, tokens }), settings).curves;
    const exact = lowess(Float64Array.from(tokens), Float64Array.from(rewards), { frac: 0.5, iterations: 0 });
    const allowed = 1e-9 * (Math.max(...rewards) - Math.min(...rewards));
    expect(curve?.knots.length).toBeLessThan(exact.x.length);
    expect(curve?.standardErrors).toHaveLength(curve?.knots.length ?? NaN);
    const errors = Array.from(exact.x, (x, i) =>
      Math.abs((curve ? biasAt(curve, x) : NaN) - (exact.fitted[i] ?? NaN)),
    );
    expect(Math.max(...errors)).toBeLessThanOrEqual(allowed);
  });

  test.each([
    ['constant length', { rewards: biasedColumns(30).rewards, chars: new Array(30).fill(100) }],
    ['constant reward', { rewards: new Array(30).fill(2.5), chars: biasedColumns(30).chars }],
    ['both constant', { rewards: new Array(30).fill(2.5), chars: new Array(30).fill(100) }],
  ])('with %s gives finite curves and null for an undefined correlation', (_, columns) => {
    const { curves, diagnostics } = fitBias(samplesOf(columns), DEFAULT_FIT_SETTINGS);
    expect(curves[0]?.biases.every(Number.isFinite)).toBe(true);
    expect(diagnostics.spearman.before).toBeNull();
    expect(JSON.stringify(diagnostics)).not.toContain('NaN');
  });

  test('refuses fewer samples than a window of the reference code holds', () => {
    expect(() => fitBias(samplesOf(biasedColumns(9)), DEFAULT_FIT_SETTINGS)).toThrow(InvalidInput);
    expect(fitBias(samplesOf(biasedColumns(10)), DEFAULT_FIT_SETTINGS).curves).toHaveLength(1);
  });
});

describe('correlations', () => {
  const golden = JSON.parse(readFileSync(new URL('../golden/correlation.json', import.meta.url), 'utf8'));

  test('equal R on columns full of ties', () => {
    const [x, y] = [Float64Array.from(golden.x), Float64Array.from(golden.y)];
    expect(pearson(x, y)).toBeCloseTo(golden.pearson, 12);
    expect(spearman(x, y)).toBeCloseTo(golden.spearman, 12);
  });

  test('long columns are thinned evenly, short ones left alone', () => {
    const column = Float64Array.from({ length: 10 }, (_, i) => i);
    expect(Array.from(thinEvenly(column, 4))).toEqual([0, 2, 5, 7]);
    expect(thinEvenly(column, 10)).toBe(column);
  });
});
