import type { Place } from '../../calibration/errors.js';
import {
  type Completions,
  countPairs,
  type LabelledPairs,
  type Side,
} from '../../calibration/evaluation/pairs.js';
import type { SampleValue } from '../../calibration/fit/finite.js';
import type { RowPlace } from '../../calibration/samples/samples.js';

/** The form of the pairs in a request: ours, rows as RewardBench writes them, or as RewardBench 2 does. */
export type PairForm = 'pairs' | 'rows' | 'completions';

/** Where pairs, or rows of completions, stand in a request: plain data, for the worker. */
export interface PairPlaces {
  readonly form: PairForm;
  /** Where they came as lines: the number of the line of each. */
  readonly lines?: Int32Array<ArrayBuffer> | undefined;
}

/** The place of a pair, or row, in the request. */
export function pairPlace({ form, lines }: PairPlaces, pair: number): Place {
  if (lines !== undefined) return ['lines', lines[pair] ?? 0];
  return [form === 'pairs' ? 'pairs' : 'rows', pair];
}

/** A response of a pair at this place. */
export function sideAt(form: PairForm, place: Place, side: Side): RowPlace {
  return form === 'pairs'
    ? { path: [...place, side], response: 'response', characteristics: 'characteristics' }
    : { path: place, response: `text_${side}`, characteristics: `characteristics_${side}` };
}

/** A completion of a row at this place. */
export function completionAt(place: Place, item: number): RowPlace {
  return { path: place, response: 'text', characteristics: 'characteristics', item };
}

/** The place of a value of the samples of labelled pairs. */
export function inPairs(places: PairPlaces, pairs: LabelledPairs): (value: SampleValue) => Place {
  const { completions } = pairs;
  if (completions !== undefined) return (value) => inCompletions(places, completions, value);
  const count = countPairs(pairs);
  return ({ column, sample }) => {
    const side = sample < count ? 'chosen' : 'rejected';
    const place = pairPlace(places, sample % count);
    if (column === 'rewards')
      return [...place, ...(places.form === 'pairs' ? [side, 'reward'] : [`scores_${side}`])];
    const { path, characteristics } = sideAt(places.form, place, side);
    return [...path, characteristics, column];
  };
}

function inCompletions(places: PairPlaces, { starts }: Completions, { column, sample }: SampleValue): Place {
  const row = starts.findLastIndex((start) => start <= sample);
  const field = column === 'rewards' ? ['scores'] : ['characteristics', column];
  return [...pairPlace(places, row), ...field, sample - (starts[row] ?? 0)];
}
