/** Where the samples lie in x. */
export interface Ties {
  /** The m distinct x, ascending. */
  readonly x: Float64Array;
  /** Group j holds the samples starts[j] up to (not including) starts[j + 1]; m + 1 entries. */
  readonly starts: Int32Array;
}

/**
 * Samples grouped by equal x. Lengths are whole numbers, so a million samples share a few thousand values of x,
 * and everything but the residuals is computed once per distinct x.
 */
export interface TiedSamples extends Ties {
  /**
   * The n values of y less `centre`, group after group, within a group in the order of the input: every later pass
   * reads memory in order.
   */
  readonly y: Float64Array;
  /** The middle of the range of y. Taken off so that sums of products lose no digits to an offset of the rewards. */
  readonly centre: number;
  /** Half the range of y, against which rounding is judged. */
  readonly halfRange: number;
}

/**
 * Whole x are counted where their span is at most this many times n (or below LEAST_COUNTED_SPAN), and sorted otherwise:
 * a counter takes 4 bytes, so counters take at most 8 bytes a sample.
 */
const COUNTED_SPAN_PER_SAMPLE = 2;
const LEAST_COUNTED_SPAN = 2 ** 16;

/** Groups the samples (x, y) by x: in O(n) where x is whole and of small range, by a typed-array sort otherwise. */
export function groupTies(x: Float64Array, y: Float64Array): TiedSamples {
  const [least, most] = extent(x);
  const [leastY, mostY] = extent(y);
  const values: Values = { y, centre: leastY / 2 + mostY / 2, halfRange: mostY / 2 - leastY / 2 };
  const span = most - least + 1;
  if (span <= Math.max(LEAST_COUNTED_SPAN, COUNTED_SPAN_PER_SAMPLE * x.length) && areWhole(x)) {
    return groupByCounting(x, values, least, span);
  }
  return groupBySorting(x, values);
}

/** The y of the samples in the order of the input, with their middle and half their range. */
interface Values {
  readonly y: Float64Array;
  readonly centre: number;
  readonly halfRange: number;
}

function groupByCounting(
  x: Float64Array,
  { y, centre, halfRange }: Values,
  least: number,
  span: number,
): TiedSamples {
  const n = x.length;
  const next = new Int32Array(span); // first the count of each value, then the place of its next sample
  for (let i = 0; i < n; i++) next[x[i] - least]++;
  let m = 0;
  for (let v = 0; v < span; v++) if (next[v] > 0) m++;
  const distinct = new Float64Array(m);
  const starts = new Int32Array(m + 1);
  for (let v = 0, j = 0, start = 0; v < span; v++) {
    const count = next[v];
    if (count === 0) continue;
    distinct[j] = v + least;
    next[v] = start;
    start += count;
    starts[++j] = start;
  }
  const grouped = new Float64Array(n);
  for (let i = 0; i < n; i++) grouped[next[x[i] - least]++] = y[i] - centre;
  return { x: distinct, starts, y: grouped, centre, halfRange };
}

function groupBySorting(x: Float64Array, { y, centre, halfRange }: Values): TiedSamples {
  const n = x.length;
  const distinct = distinctSorted(x);
  const m = distinct.length;
  const starts = new Int32Array(m + 1);
  const group = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    const j = indexOf(distinct, x[i]);
    group[i] = j;
    starts[j + 1]++;
  }
  for (let j = 0; j < m; j++) starts[j + 1] += starts[j];
  // `starts` serves as the place of each group's next sample, ends one group too far on, and is moved back.
  const grouped = new Float64Array(n);
  for (let i = 0; i < n; i++) grouped[starts[group[i]]++] = y[i] - centre;
  starts.copyWithin(1, 0, m);
  starts[0] = 0;
  return { x: distinct, starts, y: grouped, centre, halfRange };
}

function distinctSorted(x: Float64Array): Float64Array {
  const sorted = x.slice().sort();
  let m = 1;
  for (let i = 1; i < sorted.length; i++) {
    if (sorted[i] !== sorted[m - 1]) sorted[m++] = sorted[i];
  }
  return m === sorted.length ? sorted : sorted.slice(0, m);
}

/** The index of `value`, known to be there, in ascending `values`. */
function indexOf(values: Float64Array, value: number): number {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const mid = (low + high) >>> 1;
    if (values[mid] < value) low = mid + 1;
    else high = mid;
  }
  return low;
}

function extent(values: Float64Array): [least: number, most: number] {
  let least = values[0];
  let most = values[0];
  for (let i = 1; i < values.length; i++) {
    const value = values[i];
    if (value < least) least = value;
    else if (value > most) most = value;
  }
  return [least, most];
}

function areWhole(values: Float64Array): boolean {
  for (let i = 0; i < values.length; i++) if (values[i] !== Math.floor(values[i])) return false;
  return true;
}
