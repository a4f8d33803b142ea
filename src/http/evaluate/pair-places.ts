import type { Place } from '../../calibration/errors.js';
import type { Side } from '../../calibration/evaluation/pairs.js';
import type { RowPlace } from '../../calibration/samples/samples.js';

/** How a request calls its pairs: ours, or rows as RewardBench writes them. */
export type PairForm = 'pairs' | 'rows';

/** Where a pair stands in the request. */
export function pairPlace(form: PairForm, pair: number): Place {
  return [form, pair];
}

/** Where one of its responses stands. */
export function responsePlace(form: PairForm, pair: number, side: Side): RowPlace {
  return form === 'pairs'
    ? { path: ['pairs', pair, side], response: 'response', characteristics: 'characteristics' }
    : { path: ['rows', pair], response: `text_${side}`, characteristics: `characteristics_${side}` };
}

/** Where the reward of a response stands. */
export function pairRewardPlace(form: PairForm, pair: number, side: Side): Place {
  return form === 'pairs' ? ['pairs', pair, side, 'reward'] : ['rows', pair, `scores_${side}`];
}
