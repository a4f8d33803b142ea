import type { Place } from '../../calibration/errors.js';
import type { Side } from '../../calibration/evaluation/pairs.js';
import type { RowPlace } from '../../calibration/samples/samples.js';

/** The form of the pairs in a request: ours, or rows as RewardBench writes them. */
export type PairForm = 'pairs' | 'rows';

/** The place of a pair in the request. */
export function pairPlace(form: PairForm, pair: number): Place {
  return [form, pair];
}

/** The place of one of its responses. */
export function responsePlace(form: PairForm, pair: number, side: Side): RowPlace {
  return form === 'pairs'
    ? { path: ['pairs', pair, side], response: 'response', characteristics: 'characteristics' }
    : { path: ['rows', pair], response: `text_${side}`, characteristics: `characteristics_${side}` };
}

/** The place of the reward of a response. */
export function pairRewardPlace(form: PairForm, pair: number, side: Side): Place {
  return form === 'pairs' ? ['pairs', pair, side, 'reward'] : ['rows', pair, `scores_${side}`];
}
