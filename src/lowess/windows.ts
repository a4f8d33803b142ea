import type { Ties } from './ties.js';

/**
 * The window of every distinct x: its radius, and the groups whose tricube weight is not zero. A group that the
 * edge of the k nearest samples cuts lies exactly at the radius, where tricube is 0, so whole groups give the same
 * numbers as the per-sample definition.
 */
export interface Windows {
  /** Distance to the farther end of the k nearest samples. */
  readonly radius: Float64Array;
  /** First group with |x' - x| <= 0.999 · radius, within the k nearest. */
  readonly first: Int32Array;
  /** One past the last group with |x' - x| <= 0.999 · radius. */
  readonly end: Int32Array;
  /** First group with |x' - x| <= 0.001 · radius: these have tricube 1. */
  readonly coreFirst: Int32Array;
  /** One past the last group with |x' - x| <= 0.001 · radius. */
  readonly coreEnd: Int32Array;
}

/** Tricube is 0 beyond this share of the radius and 1 within the other: `h9` and `h1` of R's `lowest`. */
const OUTER_SHARE = 0.999;
const INNER_SHARE = 0.001;

/** Guards ⌊frac · n⌋ against products a rounding error below a whole number: the constant of R's `clowess`. */
const SPAN_ROUNDING = 1e-7;

/** How many nearest samples a window holds: k = max(2, min(n, ⌊frac · n + 1e-7⌋)), as R. */
export function nearestCount(n: number, frac: number): number {
  return Math.max(2, Math.min(n, Math.floor(frac * n + SPAN_ROUNDING)));
}

/**
 * The windows of all distinct x over the k nearest samples, in O(m log m): the window of k consecutive samples moves
 * right while its left end is farther from x than the sample after its right end.
 */
export function findWindows(ties: Ties, frac: number): Windows {
  const { x, starts } = ties;
  const m = x.length;
  const n = starts[m];
  const k = Math.min(n, nearestCount(n, frac));
  const windows = allocate(m);
  let left = 0; // the window's first sample,
  let leftGroup = 0; // its group,
  let nextGroup = 0; // and the group of the sample after the window's last, left + k
  while (nextGroup < m && starts[nextGroup + 1] <= k) nextGroup++;
  for (let i = 0; i < m; i++) {
    while (left + k < n && x[i] - x[leftGroup] > x[nextGroup] - x[i]) {
      left += Math.min(starts[leftGroup + 1] - left, starts[nextGroup + 1] - (left + k));
      if (left === starts[leftGroup + 1]) leftGroup++;
      if (left + k === starts[nextGroup + 1]) nextGroup++;
    }
    const rightGroup = left + k > starts[nextGroup] ? nextGroup : nextGroup - 1;
    const radius = Math.max(x[i] - x[leftGroup], x[rightGroup] - x[i]);
    windows.radius[i] = radius;
    windows.first[i] = firstWithin(x, i, leftGroup, OUTER_SHARE * radius);
    windows.end[i] = endWithin(x, i, rightGroup + 1, OUTER_SHARE * radius);
    windows.coreFirst[i] = firstWithin(x, i, leftGroup, INNER_SHARE * radius);
    windows.coreEnd[i] = endWithin(x, i, rightGroup + 1, INNER_SHARE * radius);
  }
  return windows;
}

function allocate(m: number): Windows {
  return {
    radius: new Float64Array(m),
    first: new Int32Array(m),
    end: new Int32Array(m),
    coreFirst: new Int32Array(m),
    coreEnd: new Int32Array(m),
  };
}

/** The first group of [from, i] within `distance` of x[i]. */
function firstWithin(x: Float64Array, i: number, from: number, distance: number): number {
  let low = from;
  let high = i;
  while (low < high) {
    const mid = (low + high) >>> 1;
    if (x[i] - x[mid] > distance) low = mid + 1;
    else high = mid;
  }
  return low;
}

/** One past the last group of [i, end) within `distance` of x[i]. */
function endWithin(x: Float64Array, i: number, end: number, distance: number): number {
  let low = i + 1;
  let high = end;
  while (low < high) {
    const mid = (low + high) >>> 1;
    if (x[mid] - x[i] > distance) high = mid;
    else low = mid + 1;
  }
  return low;
}
