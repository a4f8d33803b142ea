import { checkFinite, checkLengths, type Extent } from './arguments.js';
import type { Ordinary } from './ordinary.js';
import { sortedOrder } from './sorted-order.js';

/**
 * Samples grouped by equal x. Lengths are whole numbers, so a million samples share a few thousand values of
 * x, and everything but the residuals is computed once per distinct x.
 */
export interface Ties {
  /** The m distinct x, ascending. */
  readonly x: Float64Array;
  /** Group j holds the samples starts[j] up to (not including) starts[j + 1]; m + 1 entries. */
  readonly starts: Int32Array;
}

/** The samples themselves, group after group. */
export interface TiedSamples extends Ties, Ordinary {
  /**
   * The n values of y less `centre`, group after group, within a group in the order of the input: every later
   * pass reads memory in order.
   */
  readonly y: Float64Array;
  /** The value subtracted from every y: an offset costs sums no digits. */
  readonly centre: number;
  /** The greatest |y - centre| of the ordinary y. */
  readonly reach: number;
}

/** Whole x from 0 up to here, as lengths are, are counted without computing their extent first. */
const COUNTED_LENGTHS = 2 ** 16;

/**
 * Other x in whole steps are counted where their span is at most this many times n (or below
 * COUNTED_LENGTHS), and sorted otherwise. A counter takes 4 bytes, so counters take at most 8 bytes a sample.
 */
const COUNTED_SPAN_PER_SAMPLE = 2;

/**
 * Checks the samples (x, y) and groups them by x: in O(n) where x moves in whole steps over a small range, by
 * a radix sort otherwise.
 *
 * @throws RangeError for different lengths, no samples, or values that are not finite.
 */
export function groupTies(
  x: Float64Array,
  y: Float64Array,
  findOrdinary: (y: Float64Array) => Ordinary,
): TiedSamples {
  checkLengths(x, y);
  const counted = countSteps(x);
  const extent = checkFinite('y', y);
  const { centre, limit } = findOrdinary(y);
  const grouped = counted ? groupByCounting(x, y, counted, centre) : groupBySorting(x, y, centre);
  return { ...grouped, centre, ...reachOf(grouped.y, reachIn(extent, centre), limit) };
}

/** The reach of the ordinary y, and their limit where any is far. */
function reachOf(y: Float64Array, whole: number, limit: number): { reach: number; limit: number } {
  if (whole <= limit) return { reach: whole, limit: Number.POSITIVE_INFINITY };
  let reach = 0;
  for (const value of y) {
    const size = Math.abs(value);
    if (size <= limit && size > reach) reach = size;
  }
  return { reach, limit };
}

function reachIn({ least, most }: Extent, centre: number): number {
  return Math.max(most - centre, centre - least);
}

type Grouped = Pick<TiedSamples, 'x' | 'starts' | 'y'>;

/** How many samples have x = least, least + 1, … */
interface StepCounts {
  readonly least: number;
  readonly counts: Int32Array;
}

/** Counts x where it moves in whole steps over a small range; undefined where it does not. */
function countSteps(x: Float64Array): StepCounts | undefined {
  const lengths = countFrom(x, 0, COUNTED_LENGTHS);
  if (lengths) return lengths;
  const { least, most } = checkFinite('x', x);
  const span = most - least + 1;
  if (span > Math.max(COUNTED_LENGTHS, COUNTED_SPAN_PER_SAMPLE * x.length)) return undefined;
  return countFrom(x, least, Math.floor(span));
}

/** Counts x = least … least + span - 1; undefined where some x is none of these. */
function countFrom(x: Float64Array, least: number, span: number): StepCounts | undefined {
  const counts = new Int32Array(span);
  for (let i = 0; i < x.length; i++) {
    const steps = x[i] - least;
    const whole = steps | 0;
    // The second test catches an x so close to a whole number that the difference to the least was rounded.
    if (whole !== steps || whole + least !== x[i] || whole < 0 || whole >= span) return undefined;
    counts[whole]++;
  }
  return { least, counts };
}

function groupByCounting(
  x: Float64Array,
  y: Float64Array,
  { least, counts }: StepCounts,
  centre: number,
): Grouped {
  const n = x.length;
  const span = counts.length;
  let m = 0;
  for (let v = 0; v < span; v++) if (counts[v] > 0) m++;
  const distinct = new Float64Array(m);
  const starts = new Int32Array(m + 1);
  for (let v = 0, j = 0, start = 0; v < span; v++) {
    const count = counts[v];
    if (count === 0) continue;
    distinct[j] = v + least;
    counts[v] = start; // from here on the place of the value's next sample
    start += count;
    starts[++j] = start;
  }
  const grouped = new Float64Array(n);
  for (let i = 0; i < n; i++) grouped[counts[x[i] - least]++] = y[i] - centre;
  return { x: distinct, starts, y: grouped };
}

function groupBySorting(x: Float64Array, y: Float64Array, centre: number): Grouped {
  const n = x.length;
  const order = sortedOrder(x);
  const distinct = new Float64Array(n);
  const starts = new Int32Array(n + 1);
  const grouped = new Float64Array(n);
  let m = 0;
  for (let k = 0; k < n; k++) {
    const i = order[k];
    grouped[k] = y[i] - centre;
    if (m > 0 && x[i] === distinct[m - 1]) continue;
    starts[m] = k;
    distinct[m++] = x[i] + 0; // −0 becomes 0
  }
  starts[m] = n;
  if (m === n) return { x: distinct, starts, y: grouped };
  return { x: distinct.slice(0, m), starts: starts.slice(0, m + 1), y: grouped };
}

/** The distinct values, ascending. */
export function distinctSorted(x: Float64Array): Float64Array {
  return distinctInPlace(x.slice().sort());
}

/** The distinct ones of ascending values, at the front of `sorted`, which is overwritten. */
export function distinctInPlace(sorted: Float64Array): Float64Array {
  let m = 0;
  for (let i = 0; i < sorted.length; i++) {
    // Adding 0 turns -0, which equals 0, into 0.
    if (m === 0 || sorted[i] !== sorted[m - 1]) sorted[m++] = sorted[i] + 0;
  }
  return m === sorted.length ? sorted : sorted.slice(0, m);
}

/** Samples at each distinct x. */
export function countsOf(ties: Ties): Int32Array {
  const counts = new Int32Array(ties.x.length);
  for (let j = 0; j < counts.length; j++) counts[j] = ties.starts[j + 1] - ties.starts[j];
  return counts;
}
