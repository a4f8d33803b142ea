import { describe, expect, test } from 'vitest';
import { InvalidInput } from '../../../src/calibration/errors.js';
import { gainInterval, gainsOf } from '../../../src/calibration/evaluation/bootstrap.js';

/** 1,000 pairs of which 80 are gained and 40 lost: in halves 2 and −2. */
const gains = Int8Array.from({ length: 1_000 }, (_, i) => (i < 80 ? 2 : i < 120 ? -2 : 0));

describe('the interval of a gain', () => {
  test('is the same for the same seed, and another for another', () => {
    const strata = [{ gains, weight: 1 }];
    const first = gainInterval(strata, { resamples: 1_000, seed: 7 });
    expect(gainInterval(strata, { resamples: 1_000, seed: 7 })).toEqual(first);
    expect(gainInterval(strata, { resamples: 1_000, seed: 8 })).not.toEqual(first);
  });

  test('is that of the trinomial: 0.04 ± 1.96 · √((0.12 − 0.04²) / 1000)', () => {
    const [low, high] = gainInterval([{ gains, weight: 1 }], { resamples: 20_000, seed: 0 });
    const half = 1.959964 * Math.sqrt((0.12 - 0.04 ** 2) / 1_000);
    expect(low).toBeCloseTo(0.04 - half, 2.5);
    expect(high).toBeCloseTo(0.04 + half, 2.5);
  });

  test('weighs strata: a stratum that gains every pair moves the interval by its weight', () => {
    const every = new Int8Array(10).fill(2);
    const [low, high] = gainInterval(
      [
        { gains: every, weight: 0.25 },
        { gains: new Int8Array(5), weight: 0.75 },
      ],
      { resamples: 100, seed: 0 },
    );
    expect([low, high]).toEqual([0.25, 0.25]);
  });

  test('of no change at all is 0 to 0', () => {
    const credits = Int8Array.of(2, 1, 0);
    expect(
      gainInterval([{ gains: gainsOf(credits, credits), weight: 1 }], { resamples: 100, seed: 0 }),
    ).toEqual([0, 0]);
  });

  test('is refused where it would draw more than a billion pairs', () => {
    const many = { gains: new Int8Array(100_000), weight: 1 };
    const drawn = () => gainInterval([many], { resamples: 10_001, seed: 0 });
    expect(drawn).toThrow(InvalidInput);
    expect(drawn).toThrow('at most 10000 for so many pairs');
  });
});
