import { describe, expect, test } from 'vitest';
import { referenceLowess } from '../lowess/reference.js';
import {
  apart,
  byBoth,
  byChars,
  chars,
  curveOfChosen,
  golden,
  penalised,
  ROUNDING,
  rewards,
} from './golden-pairs.js';
import { lookUp, referenceLwr, referenceMean, WITH_QUIRKS } from './reference.js';

describe('the port says what the reference says, mistakes included', () => {
  test.each([
    ['one characteristic', golden.mean, byChars, 20, true],
    ['two, one after the other', golden.mean_two, byBoth, 10, false],
    ['two, the second from the raw rewards', golden.mean_two_forgetting, byBoth, 10, true],
  ])('RC-Mean: %s', (_, expected, columns, minSamples, forgets) => {
    const quirks = { ...WITH_QUIRKS, forgets };
    const { rewards: left, told } = referenceMean(rewards, columns, { ratio: 4, minSamples }, quirks);
    expect(apart(left, expected.rewards)).toBeLessThan(ROUNDING);
    expect(
      told.map((one) => ({ reach: one.reach, left: one.left, sizes: one.windows.map((w) => w.to - w.from) })),
    ).toEqual(expected.windows);
  });

  test.each([
    ['one characteristic', golden.lwr, rewards, byChars, 0.5],
    ['half of it, frac 0.3', golden.lwr_half, rewards, [{ values: chars, alpha: 0.5 }], 0.3],
    ['two, one after the other', golden.lwr_two, rewards, byBoth, 0.5],
    ['after the penalty', golden.lwr_penalty_chars, penalised, byChars, 0.5],
  ])('RC-LWR: %s', (_, expected, from, columns, frac) => {
    expect(apart(referenceLwr(from, columns, frac, WITH_QUIRKS), expected)).toBeLessThan(ROUNDING);
  });

  test('a step between knots, and the end of the program past the last one', () => {
    const curve = curveOfChosen();
    const asked = golden.rejected.map((row) => lookUp(curve, row.chars, WITH_QUIRKS));
    const past = golden.lwr_others.flatMap((bias, i) => (bias === null ? [i] : []));
    expect(past.length).toBeGreaterThan(0);
    expect(asked.flatMap((bias, i) => (Number.isNaN(bias) ? [i] : []))).toEqual(past);
    const told = (bias: number | null) => bias ?? 0;
    expect(
      apart(
        asked.map((bias) => bias || 0),
        golden.lwr_others.map(told),
      ),
    ).toBeLessThan(ROUNDING);
  });

  test.each([0, 3] as const)('a copied sample where a window has no width, %d iterations', (iterations) => {
    const { x, y, [`iterations_${iterations}` as const]: expected } = golden.massed;
    const port = referenceLowess(Float64Array.from(x), Float64Array.from(y), 0.5, iterations, 'statsmodels');
    expect(apart(port.fitted, expected)).toBeLessThan(ROUNDING);
  });
});
