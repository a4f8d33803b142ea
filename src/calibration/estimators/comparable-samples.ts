import { placesOf } from '../../lowess/places.js';
import { distinctSorted } from '../../lowess/ties.js';
import { groupSizes } from '../samples/group-means.js';
import { indicesWhere, pick } from '../samples/pick.js';

/**
 * The samples that share a prompt with a sample of another value: only these show differences within prompts.
 */
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
  const kept = indicesWhere(values.length, (i) => numbers[groups[i]] >= 0);
  const renumbered = new Int32Array(kept.length);
  for (let k = 0; k < kept.length; k++) renumbered[k] = numbers[groups[kept[k]]];
  const areAll = kept.length === values.length;
  const comparable = areAll ? values : pick(values, kept);
  return {
    values: comparable,
    rewards: areAll ? rewards : pick(rewards, kept),
    groups: renumbered,
    sizes: new Float64Array(groupSizes(renumbered)),
    places: placesOf(distinctSorted(comparable), comparable),
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
  const numbers = new Int32Array(count).fill(-1);
  for (let group = 0; group < count; group++) if (differs[group] === 1) numbers[group] = next++;
  return numbers;
}
