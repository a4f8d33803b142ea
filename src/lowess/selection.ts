import { probesOf } from './probes.js';

/** Shorter columns are copied and selected from. */
const LEAST_BRACKETED = 2 ** 13;

/** Ranks of the bracket about the median of the probes: it holds the column's all but once in 2,000 times. */
const BRACKET = 80;

/** Room for the values in the bracket, which is 8% of 2,047 probes. */
const ROOM_SHARE = 0.12;

/** Steps across the bracket. */
const STEPS = 2 ** 16;

/** Steps beyond which values are counted as one: so far away that hardly any is, or the branch would cost. */
const FARTHEST = 2 ** 30;

/**
 * The exact median of values, which stay in their order: the middle value, or the mean of the middle two. In
 * one pass where a bracket between two of the values that were probed holds it. Not empty, without NaN.
 */
export function medianOf(values: Float64Array): number {
  const n = values.length;
  if (n < LEAST_BRACKETED) return medianInPlace(values.slice());
  const probes = probesOf(values);
  const least = selectInPlace(probes, probes.length, (probes.length >>> 1) - BRACKET);
  const most = selectInPlace(probes, probes.length, (probes.length >>> 1) + BRACKET);
  const stepsPerUnit = STEPS / (most - least);
  const room = Math.ceil(ROOM_SHARE * n);
  const kept = new Float64Array(room);
  let below = 0;
  let length = 0;
  for (let i = 0; i < n; i++) {
    // Counted by its sign: half of the values lie below, and no branch could be foreseen.
    const value = values[i];
    const step = Math.max(-FARTHEST, Math.min(FARTHEST, (value - least) * stepsPerUnit)) | 0;
    below += step >>> 31;
    if (step >>> 0 <= STEPS) {
      if (length < room) kept[length] = value;
      length++;
    }
  }
  const isBracketed = below <= (n - 1) >>> 1 && n >>> 1 < below + length && length <= room;
  return isBracketed ? medianWithin(kept, length, n, below) : medianInPlace(values.slice());
}

/**
 * The exact median of n values, of which `below` lie below the first `length` of `kept`, and these hold the
 * middle one or two. Reorders `kept`.
 */
export function medianWithin(kept: Float64Array, length: number, n: number, below: number): number {
  const upper = (n >>> 1) - below;
  const high = selectInPlace(kept, length, upper);
  if (n % 2 === 1) return high;
  let low = kept[0];
  for (let i = 1; i < upper; i++) if (kept[i] > low) low = kept[i];
  return (low + high) / 2;
}

/**
 * The exact median: the middle value, or the mean of the middle two. Reorders `values` (quickselect, Hoare
 * 1961), sorting nothing. `values` must not be empty nor hold NaN.
 */
export function medianInPlace(values: Float64Array): number {
  return medianWithin(values, values.length, values.length, 0);
}

/**
 * The value of rank `rank` (0 is the least) among the first `length` of `values`. Afterwards no value before
 * that index is greater than it, and none behind it is less.
 */
export function selectInPlace(values: Float64Array, length: number, rank: number): number {
  let low = 0;
  let high = length - 1;
  while (low < high) {
    const pivot = medianOfThree(values[low], values[(low + high) >>> 1], values[high]);
    let i = low;
    let j = high;
    while (i <= j) {
      while (values[i] < pivot) i++;
      while (values[j] > pivot) j--;
      if (i > j) break;
      const swapped = values[i];
      values[i++] = values[j];
      values[j--] = swapped;
    }
    if (rank <= j) high = j;
    else if (rank >= i) low = i;
    else break;
  }
  return values[rank];
}

function medianOfThree(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
