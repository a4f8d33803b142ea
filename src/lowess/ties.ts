/**
 * Samples grouped by equal x. Lengths are whole numbers, so a million samples share a few thousand values of x,
 * and everything but the residuals is computed once per distinct x.
 */
export interface TiedSamples {
  /** The m distinct x, ascending. */
  readonly x: Float64Array;
  /** Group j holds the samples starts[j] up to (not including) starts[j + 1]; m + 1 entries. */
  readonly starts: Int32Array;
  /** The n values of y less `centre`, group after group, within a group in the order of the input. */
  readonly y: Float64Array;
  /** The middle of the range of y. Taken off so that sums of products lose no digits to an offset of the rewards. */
  readonly centre: number;
}

/** Groups the samples (x, y) by x. */
export function groupTies(x: Float64Array, y: Float64Array): TiedSamples {
  const distinct = distinctSorted(x);
  const m = distinct.length;
  const group = new Int32Array(x.length);
  const starts = new Int32Array(m + 1);
  for (let i = 0; i < x.length; i++) {
    const j = indexOf(distinct, x[i]);
    group[i] = j;
    starts[j + 1]++;
  }
  for (let j = 0; j < m; j++) starts[j + 1] += starts[j];
  const centre = middle(y);
  const next = starts.slice(0, m);
  const grouped = new Float64Array(x.length);
  for (let i = 0; i < x.length; i++) grouped[next[group[i]]++] = y[i] - centre;
  return { x: distinct, starts, y: grouped, centre };
}

function distinctSorted(x: Float64Array): Float64Array {
  const sorted = x.slice().sort();
  let m = 0;
  for (let i = 0; i < sorted.length; i++) {
    if (i === 0 || sorted[i] !== sorted[m - 1]) sorted[m++] = sorted[i];
  }
  return sorted.slice(0, m);
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

function middle(y: Float64Array): number {
  let least = y[0];
  let most = y[0];
  for (let i = 1; i < y.length; i++) {
    if (y[i] < least) least = y[i];
    if (y[i] > most) most = y[i];
  }
  return least / 2 + most / 2;
}
