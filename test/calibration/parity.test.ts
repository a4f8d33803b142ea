import { describe, expect, test } from 'vitest';
import { biasAt } from '../../src/calibration/curve/bias-curve.js';
import { estimateLwr } from '../../src/calibration/estimators/lwr.js';
import { countWithin, estimateMean } from '../../src/calibration/estimators/mean.js';
import { estimateBias } from '../../src/calibration/fit/estimate.js';
import { DEFAULT_FIT_SETTINGS, type Estimator } from '../../src/calibration/fit/fit-settings.js';
import { measure } from '../../src/calibration/samples/samples.js';
import { referenceLowess } from '../lowess/reference.js';
import {
  apart,
  byBoth,
  byChars,
  chars,
  curveOfChosen,
  golden,
  markdown,
  penalised,
  ROUNDING,
  RULES_OF_R,
  rewards,
  rows,
  textChars,
} from './golden-pairs.js';
import {
  lookUp,
  meanIn,
  type ReferenceMean,
  referenceLwr,
  referenceMean,
  WITH_QUIRKS,
  WITHOUT_QUIRKS,
} from './reference.js';

/** What the product leaves of the rewards: texts measured, curves fitted and removed one after another. */
function productLeaves(
  estimator: Estimator,
  settings: { characteristics: { name: string; alpha: number }[]; frac?: number },
): Float64Array {
  const samples = rows.map(({ response, reward, text_chars }) => ({
    response,
    reward,
    characteristics: { text_chars },
  }));
  const names = settings.characteristics.map(({ name }) => name);
  return estimateBias(measure({ rows: samples }, names), {
    ...DEFAULT_FIT_SETTINGS,
    ...settings,
    estimator,
    iterations: 3,
  }).remaining;
}

describe('the product gives the reference’s numbers where the reference is right', () => {
  test('texts are measured alike', () => {
    const { characteristics } = measure({ rows }, ['chars', 'markdown']);
    expect(characteristics.get('chars')).toEqual(chars);
    expect(characteristics.get('markdown')).toEqual(markdown);
  });

  // Of fitted samples a step function and straight lines say the same: only the rounding of R's weights
  // shows.
  test.each([
    ['one characteristic', golden.lwr, byChars, 0.5],
    ['half of it, frac 0.3', golden.lwr_half, [{ values: chars, alpha: 0.5 }], 0.3],
    ['two, one after the other', golden.lwr_two, byBoth, 0.5],
  ])('RC-LWR: %s', (_, expected, columns, frac) => {
    const names = ['chars', 'markdown'] as const;
    const characteristics = columns.map(({ alpha }, step) => ({ name: names[step] ?? '', alpha }));
    const left = productLeaves('lwr', { characteristics, frac });
    expect(apart(left, expected)).toBeLessThan(RULES_OF_R);
    expect(apart(left, referenceLwr(rewards, columns, frac, WITHOUT_QUIRKS))).toBeLessThan(ROUNDING);
  });

  test('the penalty of the whole text', () => {
    const characteristics = [{ name: 'text_chars', alpha: 1 }];
    expect(apart(productLeaves('penalty', { characteristics }), golden.penalty)).toBeLessThan(1e-14);
  });

  test('RC-LWR after the penalty, of the same length', () => {
    const left = productLeaves('lwr-penalty', { characteristics: [{ name: 'text_chars', alpha: 1 }] });
    expect(apart(left, golden.lwr_penalty)).toBeLessThan(RULES_OF_R);
    const port = referenceLwr(penalised, [{ values: textChars, alpha: 1 }], 0.5, WITHOUT_QUIRKS);
    expect(apart(left, port)).toBeLessThan(ROUNDING);
  });
});

describe('RC-Mean differs from the reference in the last sample of each window and nowhere else', () => {
  const settings = { ratio: 4, minSamples: 20 };
  const withQuirk = referenceMean(rewards, byChars, settings, WITH_QUIRKS);
  const without = referenceMean(rewards, byChars, settings, WITHOUT_QUIRKS);
  const [quirky, right] = [withQuirk.told[0], without.told[0]] as [ReferenceMean, ReferenceMean];
  const { estimate, reach } = estimateMean(chars, rewards, settings, {
    meanDistance: quirky.reach * settings.ratio,
    others: new Float64Array(),
  });

  test('the port with the last sample is the product: reach, windows, means', () => {
    expect(reach).toBe(quirky.reach);
    const sorted = Float64Array.from(right.sorted.values);
    for (const [i, window] of right.windows.entries()) {
      const count = window.to - window.from;
      expect(countWithin(sorted, Number(chars[i]), reach)).toBe(count);
      const knot = estimate.knots.indexOf(Number(chars[i]));
      expect(knot >= 0).toBe(count >= settings.minSamples);
      if (knot >= 0) expect(estimate.biases[knot]).toBeCloseTo(meanIn(right.sorted.rewards, window), 12);
    }
  });

  test('putting the dropped sample back turns the reference’s mean into the product’s', () => {
    for (const [i, window] of quirky.windows.entries()) {
      const count = window.to - window.from;
      if (count + 1 < settings.minSamples) continue;
      const dropped = Number(quirky.sorted.rewards[window.to]);
      const mean = (count * meanIn(quirky.sorted.rewards, window) + dropped) / (count + 1);
      expect(biasAt(estimate, Number(chars[i]))).toBeCloseTo(mean, 12);
    }
  });

  test('a pair of which a window holds exactly the least number is calibrated, which the reference leaves', () => {
    const count = (i: number) => {
      const { from, to } = right.windows[i] ?? { from: 0, to: 0 };
      return to - from;
    };
    const onlyThere = quirky.left.filter((pair) => !right.left.includes(pair));
    expect(onlyThere.length).toBeGreaterThan(0);
    for (const pair of onlyThere)
      expect(Math.min(count(pair), count(pair + golden.chosen.length))).toBe(settings.minSamples);
  });

  test('two characteristics: the second starts from what the first has left, not from the raw rewards', () => {
    const strict = { ...settings, minSamples: 1 };
    const { rewards: left, told } = referenceMean(rewards, byBoth, strict, WITHOUT_QUIRKS);
    const product = byBoth.reduce((now, { values, alpha }, step) => {
      const { estimate: bias } = estimateMean(values, now, strict, {
        meanDistance: Number(told[step]?.reach) * strict.ratio,
        others: new Float64Array(),
      });
      return now.map((reward, i) => reward - alpha * biasAt(bias, Number(values[i])));
    }, rewards);
    expect(apart(product, left)).toBeLessThan(ROUNDING);
    const forgetting = referenceMean(rewards, byBoth, strict, { ...WITHOUT_QUIRKS, forgets: true });
    expect(apart(product, forgetting.rewards)).toBeGreaterThan(1);
  });
});

describe('RC-LWR differs from the reference between and beyond knots, and where a window has no width', () => {
  const fitted = estimateLwr(
    Float64Array.from(golden.chosen, (row) => row.chars),
    Float64Array.from(golden.chosen, ({ reward }) => reward),
    { frac: 0.3, iterations: 3 },
  ).estimates[0];

  test('the port with straight lines and held ends is the product, at any length', () => {
    const curve = curveOfChosen('R');
    for (let c = 0; c <= 1.2 * Number(curve.x.at(-1)); c += 0.5)
      expect(Math.abs(biasAt(fitted, c) - lookUp(curve, c, WITHOUT_QUIRKS))).toBeLessThan(ROUNDING);
  });

  test('the reference gives the value of the next knot: equal at a knot, a neighbour’s between', () => {
    for (const [i, { chars: c }] of golden.rejected.entries()) {
      const bias = golden.lwr_others[i];
      const next = fitted.knots.findIndex((knot) => knot >= c);
      if (bias === null || bias === undefined) {
        expect(next).toBe(-1);
        expect(biasAt(fitted, c)).toBe(fitted.biases.at(-1));
        continue;
      }
      expect(Math.abs(bias - Number(fitted.biases[next]))).toBeLessThan(RULES_OF_R);
      const step = Math.abs(Number(fitted.biases[next]) - Number(fitted.biases[Math.max(0, next - 1)]));
      expect(Math.abs(bias - biasAt(fitted, c))).toBeLessThanOrEqual(step + RULES_OF_R);
    }
  });

  test('where a window has no width the bias is the mean of its samples; elsewhere nothing differs', () => {
    const [x, y] = [Float64Array.from(golden.massed.x), Float64Array.from(golden.massed.y)];
    const { knots, biases } = estimateLwr(x, y, { frac: 0.5, iterations: 0 }).estimates[0];
    const massed = y.filter((_, i) => x[i] === 100);
    expect(biases[0]).toBeCloseTo(massed.reduce((a, b) => a + b) / massed.length, 12);
    expect(massed).toContain(golden.massed.iterations_0[0]);
    for (const [j, knot] of knots.entries()) {
      const difference = Math.abs(Number(biases[j]) - Number(golden.massed.iterations_0[x.indexOf(knot)]));
      if (knot === 100) expect(difference).toBeGreaterThan(0.1);
      else expect(difference).toBeLessThan(ROUNDING);
    }
  });

  test('the same with robust iterations, by the port with R’s rule', () => {
    const [x, y] = [Float64Array.from(golden.massed.x), Float64Array.from(golden.massed.y)];
    const port = referenceLowess(x, y, 0.5, 3, 'R');
    const product = estimateLwr(x, y, { frac: 0.5, iterations: 3 }).estimates[0];
    expect(
      apart(
        Array.from(x, (c) => biasAt(product, c)),
        port.fitted,
      ),
    ).toBeLessThan(ROUNDING);
  });
});

describe('the penalty before RC-LWR', () => {
  const withPenalty = (name: string, alpha: number) =>
    productLeaves('lwr-penalty', { characteristics: [{ name, alpha }] });

  test('of the same characteristic changes nothing: a local line reproduces a line', () => {
    for (const alpha of [1, 0.5]) {
      const without = productLeaves('lwr', { characteristics: [{ name: 'chars', alpha }] });
      expect(apart(withPenalty('chars', alpha), without)).toBeLessThan(ROUNDING);
    }
    const plain = referenceLwr(rewards, [{ values: textChars, alpha: 1 }], 0.5, WITH_QUIRKS);
    expect(apart(golden.lwr_penalty, plain)).toBeLessThan(ROUNDING);
  });

  test('is weakened by α in the product, and never in the reference', () => {
    const kept = golden.lwr_penalty_half.map((left, i) => left + 0.0005 * Number(textChars[i]));
    expect(apart(withPenalty('text_chars', 0.5), kept)).toBeLessThan(RULES_OF_R);
  });

  test('is of the characteristic in the product, and of the whole text in the reference', () => {
    const difference = withPenalty('chars', 1).map((left, i) => left - Number(golden.lwr_penalty_chars[i]));
    expect(Math.max(...difference.map(Math.abs))).toBeGreaterThan(0.1);
  });
});
