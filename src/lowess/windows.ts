import type { Ties } from './ties.js';

/**
 * The window of every distinct x: its radius, and the groups whose tricube weight is not zero. A group that
 * the edge of the k nearest samples cuts lies exactly at the radius, where tricube is 0, so whole groups give
 * the same numbers as the per-sample definition.
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

/** Guards ⌊frac · n⌋ against rounding just below a whole number: the constant of R's `clowess`. */
const SPAN_ROUNDING = 1e-7;

/** How many nearest samples a window holds: k = max(2, min(n, ⌊frac · n + 1e-7⌋)), as R. */
export function nearestCount(n: number, frac: number): number {
  return Math.max(2, Math.min(n, Math.floor(frac * n + SPAN_ROUNDING)));
}

/**
 * The windows of all distinct x over the k nearest samples, in O(m): the window of k consecutive samples
 * moves right while its left end is farther from x than the sample after its right end.
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
    markWithin(x, i, OUTER_SHARE * radius, leftGroup, rightGroup, windows.first, windows.end);
    markWithin(x, i, INNER_SHARE * radius, leftGroup, rightGroup, windows.coreFirst, windows.coreEnd);
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

/**
 * Sets first[i] and end[i] to the groups of [left, right] within `distance` of x[i], walking from those of
 * i - 1. The distance to the k-th nearest sample grows no faster than x, so both bounds only move right (but
 * for rounding), m steps in all.
 */
function markWithin(
  x: Float64Array,
  i: number,
  distance: number,
  left: number,
  right: number,
  first: Int32Array,
  end: Int32Array,
): void {
  let low = Math.max(left, i > 0 ? first[i - 1] : 0);
  while (low > left && x[i] - x[low - 1] <= distance) low--;
  while (x[i] - x[low] > distance) low++;
  first[i] = low;
  let high = Math.max(i, i > 0 ? end[i - 1] - 1 : 0);
  while (high > i && x[high] - x[i] > distance) high--;
  while (high < right && x[high + 1] - x[i] <= distance) high++;
  end[i] = high + 1;
}

/** tricube(u) = (1 - u³)³ of group j in the window of group i; 1 in the window's core. */
export function tricubeAt(x: Float64Array, windows: Windows, i: number, j: number): number {
  if (j >= windows.coreFirst[i] && j < windows.coreEnd[i]) return 1;
  const u = Math.abs(x[j] - x[i]) / windows.radius[i];
  const v = 1 - u * u * u;
  return v * v * v;
}
