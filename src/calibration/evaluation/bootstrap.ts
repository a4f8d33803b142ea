import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { quantileSorted } from 'simple-statistics';
import { brokenRule } from '../errors.js';
import type { Credits, RowCredits } from './accuracy.js';

/** How often to resample, and what makes it the same each time. */
export interface BootstrapSettings {
  readonly resamples: number;
  /** A whole number of 32 bits. */
  readonly seed: number;
}

/**
 * A thousand resamples, enough for percentile intervals (Efron and Tibshirani 1993, "An Introduction to the
 * Bootstrap", 13.3).
 */
export const DEFAULT_BOOTSTRAP: BootstrapSettings = { resamples: 1_000, seed: 0 };

/** The interval holds so much of the resampled gains. */
export const CONFIDENCE = 0.95;

/** About eight seconds of drawing. */
const MAX_DRAWS = 1e9;

/** Pairs, or rows of completions, of one kind and what their mean gain counts. */
export interface Stratum {
  /** Of each calibrated less raw credit, in halves. */
  readonly gains: Int8Array | Float64Array;
  readonly weight: number;
}

/** What each pair, or row, gains: −2 … 2 halves. */
export function gainsOf<Kind extends Credits | RowCredits>(raw: Kind, calibrated: Kind): Kind {
  const gains = calibrated.slice();
  for (let i = 0; i < gains.length; i++) gains[i] -= raw[i];
  return gains as Kind;
}

/**
 * The percentile interval (95%) of Σ weight · mean gain over the strata (accuracy: one stratum of weight 1):
 * pairs are drawn with replacement within each stratum, which keeps the two responses of a pair, and its
 * rewards before and after, together. The curve is not fitted anew: the interval covers the choice of pairs,
 * given the calibration.
 *
 * The same pairs, resamples and seed give the same interval on every machine.
 *
 * @throws InvalidInput when resamples times pairs is more than a billion.
 */
export function gainInterval(
  strata: readonly Stratum[],
  { resamples, seed }: BootstrapSettings,
): [low: number, high: number] {
  checkDraws(strata, resamples);
  const random = xoroshiro128plus(seed);
  const gains = new Float64Array(resamples);
  for (let resample = 0; resample < resamples; resample++) {
    for (const { gains: ofPairs, weight } of strata) {
      const last = ofPairs.length - 1;
      let sum = 0;
      for (let draw = 0; draw <= last; draw++) sum += ofPairs[uniformInt(random, 0, last)];
      gains[resample] += (weight * sum) / (2 * ofPairs.length);
    }
  }
  const sorted = Array.from(gains.sort());
  return [quantileSorted(sorted, (1 - CONFIDENCE) / 2), quantileSorted(sorted, (1 + CONFIDENCE) / 2)];
}

function checkDraws(strata: readonly Stratum[], resamples: number): void {
  const pairs = strata.reduce((sum, { gains }) => sum + gains.length, 0);
  if (pairs * resamples <= MAX_DRAWS) return;
  const message = `at most ${Math.floor(MAX_DRAWS / pairs)} for so many pairs or rows`;
  throw brokenRule(['bootstrap', 'resamples'], message);
}
