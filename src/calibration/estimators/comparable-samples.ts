import { groupSizes } from '../samples/group-means.js';

/** The samples that share a prompt with a sample of another characteristic: differences within prompts say something about these. */
export interface ComparableSamples {
  readonly values: Float64Array;
  readonly rewards: Float64Array;
  /** The prompt of each sample, from 0 without gaps. */
  readonly groups: Int32Array;
  /** Samples of each prompt. */
  readonly sizes: Float64Array;
  /** Which of the distinct values, ascending, each sample has. */
  readonly places: Int32Array;
}

/** The samples without the prompts that have one sample only, or samples of one value only. */
export function comparableSamples(
  values: Float64Array,
  rewards: Float64Array,
  groups: Int32Array,
): ComparableSamples {
  const numbers = numberComparable(values, groups);
  const kept = Int32Array.from(values, (_, i) => i).filter((i) => numbers[groups[i]] >= 0);
  const pick = (column: Float64Array) => Float64Array.from(kept, (i) => column[i]);
  const renumbered = Int32Array.from(kept, (i) => numbers[groups[i]]);
  return {
    values: pick(values),
    rewards: pick(rewards),
    groups: renumbered,
    sizes: Float64Array.from(groupSizes(renumbered)),
    places: placesOf(pick(values)),
  };
}

/** New numbers of the prompts whose samples differ, from 0; −1 for the others. */
function numberComparable(values: Float64Array, groups: Int32Array): Int32Array {
  const count = groupSizes(groups).length;
  const first = new Float64Array(count).fill(Number.NaN);
  const differs = new Uint8Array(count);
  for (let i = 0; i < values.length; i++) {
    const group = groups[i];
    if (Number.isNaN(first[group])) first[group] = values[i];
    else if (values[i] !== first[group]) differs[group] = 1;
  }
  let next = 0;
  return Int32Array.from(differs, (differ) => (differ === 1 ? next++ : -1));
}

/** The index of each value among the distinct ones in ascending order. */
function placesOf(values: Float64Array): Int32Array {
  const order = Uint32Array.from(values, (_, i) => i).sort((a, b) => values[a] - values[b]);
  const places = new Int32Array(values.length);
  let place = 0;
  for (let k = 1; k < order.length; k++) {
    if (values[order[k]] !== values[order[k - 1]]) place++;
    places[order[k]] = place;
  }
  return places;
}
