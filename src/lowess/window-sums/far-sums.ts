import type { FarSums } from '../robustness.js';
import { tricubeAt } from '../windows.js';
import { type LineSums, W, WUY, WY } from './line-sums.js';
import type { MomentTree } from './moments.js';
import { type SharedWindows, summedWindows } from './summed-windows.js';

/** So many groups with far samples in a window are summed directly; the sums of more are shared, too. */
const FEW = 64;

/**
 * Shared sums of far y carry an error of some 1e-15 of the |y| in them. Where the window weighs them down to
 * less than this share, digits are missing, and they are summed directly.
 */
const LEAST_SHARE = 1e-4;

/** Adds the far samples to the sums Σwy and Σwuy of the window of the i-th distinct x; for ascending i. */
export type AddFar = (i: number, sums: LineSums) => void;

/**
 * Adds far samples to the sums of windows; undefined where none has weight. Sums that many windows share are
 * as precise as the greatest y in them, and a window may give such a y a weight of nearly 0: so the far ones
 * are summed apart, and only where a window holds them. `tree` gives the geometry of the groups.
 */
export function farAdder(
  shared: SharedWindows,
  sums: FarSums | undefined,
  tree: MomentTree,
): AddFar | undefined {
  if (sums === undefined) return undefined;
  const far = groupsWithWeight(sums);
  if (far.length === 0) return undefined;
  const { first, end } = shared.windows;
  const sumShared = far.length > FEW ? sharedFar(shared, sums, tree) : undefined;
  let low = 0;
  let high = 0;
  return (i, lineSums) => {
    // Both bounds of windows only move right, but for rounding.
    while (low > 0 && far[low - 1] >= first[i]) low--;
    while (low < far.length && far[low] < first[i]) low++;
    while (high > low && far[high - 1] >= end[i]) high--;
    while (high < far.length && far[high] < end[i]) high++;
    if (high - low > FEW && sumShared?.(i, lineSums)) return;
    addDirectly(shared, sums, far, low, high, i, lineSums);
  };
}

function groupsWithWeight({ groups, weight }: FarSums): Int32Array {
  return Int32Array.from(groups.filter((j) => weight[j] !== 0));
}

/** Adds the sums that windows share; says whether they had the digits. */
function sharedFar(
  windows: SharedWindows,
  sums: FarSums,
  { moments, ...geometry }: MomentTree,
): (i: number, lineSums: LineSums) => boolean {
  const sumWindow = summedWindows(windows, sums, {
    ...geometry,
    moments: new Float64Array(moments.length),
  });
  const own: LineSums = new Float64Array(5);
  return (i, lineSums) => {
    const total = sumWindow(i, own);
    if (!(own[W] > LEAST_SHARE * total)) return false;
    lineSums[WY] += own[WY];
    lineSums[WUY] += own[WUY];
    return true;
  };
}

/** Adds the groups far[low … high − 1]. Their own sum first: huge y of both signs may cancel. */
function addDirectly(
  { x, windows }: SharedWindows,
  { weightedY }: FarSums,
  far: Int32Array,
  low: number,
  high: number,
  i: number,
  sums: LineSums,
): void {
  let wy = 0;
  let wuy = 0;
  for (let f = low; f < high; f++) {
    const j = far[f];
    const part = tricubeAt(x, windows, i, j) * weightedY[j];
    wy += part;
    wuy += part * ((x[j] - x[i]) / windows.radius[i]);
  }
  sums[WY] += wy;
  sums[WUY] += wuy;
}
