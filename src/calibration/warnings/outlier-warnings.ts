import { ordinaryOf } from '../../lowess/ordinary.js';
import { MEDIAN_OF_NORMAL } from '../../lowess/standard-errors.js';
import type { Estimator, ResolvedFitSettings } from '../fit/fit-settings.js';
import { figure, percent, type Warning } from './warning.js';

/**
 * A reward so many robust standard deviations from the median is none of a reward model's: of Laplace noise
 * one in 10⁶⁰ is as far, of Cauchy noise one in 100.
 */
const OUTLYING_DEVIATIONS = 100;

/** More of them than this share are a part of the distribution, which other warnings are about. */
const MOST_OUTLYING = 0.05;

/** `rewards-outliers`: how many raw rewards are how far from the others. */
export function outlierWarnings(rewards: Float64Array, settings: ResolvedFitSettings): Warning[] {
  const deviations = OUTLYING_DEVIATIONS / MEDIAN_OF_NORMAL;
  const { centre, limit } = ordinaryOf(rewards, deviations);
  let count = 0;
  let farthest = -1;
  for (let i = 0; i < rewards.length; i++) {
    const distance = Math.abs(rewards[i] - centre);
    if (!(distance > limit)) continue;
    count++;
    if (farthest < 0 || distance > Math.abs(rewards[farthest] - centre)) farthest = i;
  }
  const isFew = count > 0 && count <= Math.max(1, MOST_OUTLYING * rewards.length);
  if (!isFew || limit === 0) return [];
  const distance = Math.abs(rewards[farthest] - centre) / (limit / OUTLYING_DEVIATIONS);
  const message = `${count} reward(s) (${percent(count / rewards.length)}) lie more than ${OUTLYING_DEVIATIONS} robust standard deviations from the median; the farthest, ${figure(rewards[farthest])} of sample ${farthest} (counted from 0), ${figure(distance)}. ${effectOf(settings)} Such values often are masks or a diverged model, not scores: leave those samples out.`;
  return [{ code: 'rewards-outliers', message }];
}

/** What an estimator makes of outliers. */
function effectOf({ estimator, iterations }: ResolvedFitSettings): string {
  if (estimator === 'penalty') return 'The penalty does not depend on rewards.';
  if (estimator === 'mean') return MOVES;
  if (iterations === 0) return `${MOVES} With "iterations": 3 most of that goes.`;
  return ROBUST[estimator];
}

const MOVES = 'The bias at every length whose window holds one moves by its share of the window.';

const ROBUST_LWR = 'The robust iterations give them no weight, after the first, which they bend near them.';

const ROBUST: Readonly<Record<Exclude<Estimator, 'penalty' | 'mean'>, string>> = {
  lwr: ROBUST_LWR,
  'lwr-penalty': ROBUST_LWR,
  'lwr-within': 'Prompts with the farthest of them are left out of the fit.',
};
