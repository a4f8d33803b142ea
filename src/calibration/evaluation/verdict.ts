import type { RawAndCalibrated } from './accuracy.js';
import { CONFIDENCE } from './bootstrap.js';
import type { LabelPreference } from './label-preference.js';

/** What calibration did to the accuracy: by whether the interval of the gain excludes 0. */
export const VERDICTS = ['gain', 'loss', 'no-difference'] as const;

/** The outcome in a word, and why. */
export interface Verdict {
  readonly code: (typeof VERDICTS)[number];
  readonly explanation: string;
}

/** An accuracy or score before and after, and how sure the difference is. */
export interface Gain extends RawAndCalibrated {
  /** calibrated − raw. */
  readonly gain: number;
  /** Percentile interval (95%) of the gain. */
  readonly interval: readonly [low: number, high: number];
}

/** The verdict on a gain; `measure` is what was gained: `accuracy`, or a score's name. */
export function verdictOf(measure: string, gain: Gain, preference: LabelPreference): Verdict {
  const [low, high] = gain.interval;
  const code = low > 0 ? 'gain' : high < 0 ? 'loss' : 'no-difference';
  const figures = `The ${measure} went from ${percent(gain.raw)}% to ${percent(gain.calibrated)}%`;
  const certainty = `${percent(CONFIDENCE, 0)}% interval of the gain ${signed(low)} to ${signed(high)} points`;
  return {
    code,
    explanation: `${figures} (${certainty}): ${MEANINGS[code]}. ${preferenceInWords(preference)}`,
  };
}

const MEANINGS = {
  gain: 'calibration helps on these pairs',
  loss: 'calibration hurts on these pairs',
  'no-difference': 'these pairs do not tell whether calibration helps or hurts',
};

/** Facts, not a forecast: on a single set the preference predicts the gain, but not reliably. */
function preferenceInWords({ characteristic, labels, raw, calibrated }: LabelPreference): string {
  const before = Math.abs(raw.share - labels.share);
  const after = Math.abs(calibrated.share - labels.share);
  const change = after < before ? 'nearer to' : after > before ? 'further from' : 'as far from';
  return [
    `The response with more ${characteristic} is labelled the better one in ${percent(labels.share)}% of the pairs`,
    `has the higher raw reward in ${percent(raw.share)}%`,
    `and the higher calibrated one in ${percent(calibrated.share)}%, ${change} the labels${after === before ? ' as before' : ''}.`,
  ].join(', ');
}

function percent(share: number, digits = 1): string {
  return (100 * share).toFixed(digits);
}

function signed(share: number): string {
  return `${share < 0 ? '−' : '+'}${percent(Math.abs(share))}`;
}
