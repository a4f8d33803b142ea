import { sampleStandardDeviation } from 'simple-statistics';
import { columnOf } from '../fit/estimate.js';
import { toList } from '../samples/pick.js';
import { bySide, differences, type LabelledPairs } from './pairs.js';

/** How strongly a preference goes to the response with the higher characteristic: the longer one. */
export interface Preference {
  /**
   * Share of the pairs whose preferred response has the higher characteristic; a tie of either counts half.
   */
  readonly share: number;
  /**
   * Mean of c(preferred) − c(other) ÷ the standard deviation of c over all responses (Cohen's d of paired
   * values by the common spread); a tied pair counts 0. Null where c does not vary.
   */
  readonly standardisedDifference: number | null;
}

/**
 * How strongly the labels, the raw and the calibrated rewards prefer the higher characteristic. Whether the
 * raw rewards prefer it more than the labels do is the best single predictor of what calibration gains
 * (method, "What real reward models show", 1).
 */
export interface LabelPreference {
  readonly characteristic: string;
  readonly labels: Preference;
  readonly raw: Preference;
  readonly calibrated: Preference;
}

/** Measures the preferences in one characteristic. */
export function labelPreference(
  pairs: LabelledPairs,
  calibrated: Float64Array,
  characteristic: string,
): LabelPreference {
  const byPair = differences(pairs, characteristic);
  const spread = sampleStandardDeviation(toList(columnOf(pairs.samples, characteristic)));
  const preferenceOf = (signs: (pair: number) => number) => toPreference(byPair, spread, signs);
  return {
    characteristic,
    labels: preferenceOf(() => 1),
    raw: preferenceOf(signsOf(bySide(pairs, pairs.samples.rewards))),
    calibrated: preferenceOf(signsOf(bySide(pairs, calibrated))),
  };
}

/** 1 where the chosen response has the higher reward, −1 where the rejected, 0 where neither. */
function signsOf(rewards: Float64Array): (pair: number) => number {
  const count = rewards.length / 2;
  return (pair) => Math.sign(rewards[pair] - rewards[pair + count]);
}

function toPreference(byPair: Float64Array, spread: number, signs: (pair: number) => number): Preference {
  const count = byPair.length;
  let higher = 0;
  let difference = 0;
  for (let i = 0; i < count; i++) {
    const preferred = signs(i) * byPair[i];
    higher += (1 + Math.sign(preferred)) / 2;
    difference += preferred / count;
  }
  return { share: higher / count, standardisedDifference: spread > 0 ? difference / spread : null };
}
