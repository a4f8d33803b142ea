import { carefulLine, hasDigits, type Line, lineAt } from './local-line.js';
import type { GroupSums } from './robustness.js';
import { findStops } from './stops.js';
import type { Ties } from './ties.js';
import { planBlocks } from './window-sums/blocks.js';
import { farAdder } from './window-sums/far-sums.js';
import type { LineSums } from './window-sums/line-sums.js';
import { type MomentTree, momentTree } from './window-sums/moments.js';
import { type SharedWindows, summedWindows } from './window-sums/summed-windows.js';
import { findWindows, tricubeAt } from './windows.js';

/**
 * Whether the window of the i-th distinct x holds weight at that x and at one other alone. A line through
 * two lengths passes through the mean at each: whatever a far sample at the other is, it cancels, but not
 * in doubles.
 */
function isOfTwoLengths({ x, windows }: Smoother, { weight }: GroupSums, i: number): boolean {
  if (!(weight[i] > 0)) return false;
  let lengths = 0;
  for (let j = windows.first[i]; j < windows.end[i] && lengths < 3; j++)
    if (weight[j] > 0 && tricubeAt(x, windows, i, j) > 0) lengths++;
  return lengths === 2;
}

/** What stays the same in every pass of a fit: the windows, and how their sums are shared. */
export interface Smoother extends SharedWindows {
  /** The distinct x, by index and ascending, where lines are fitted. */
  readonly stops: Int32Array;
  readonly tree: MomentTree;
}

/**
 * Prepares local lines over windows of frac · n samples: at every distinct x, or with delta > 0 at the stops
 * of R (`findStops`).
 */
export function prepareSmoother(ties: Ties, frac: number, delta: number): Smoother {
  const windows = findWindows(ties, frac);
  const { x } = ties;
  return {
    x,
    stops: findStops(x, delta),
    windows,
    blocks: planBlocks(windows, x.length),
    tree: momentTree(x),
  };
}

/**
 * Fits the local line of every stop with the robustness weights summed in `groups`, and hands it to `accept`.
 * Costs O(m + stops · (log m + groups at the edges of the windows)), and twice that where many groups are
 * far. The precision of a line is relative to the y in its own window, however large those of others are.
 */
export function fitLines(
  smoother: Smoother,
  groups: GroupSums,
  accept: (i: number, line: Line) => void,
): void {
  const { x, windows, tree } = smoother;
  const range = x[x.length - 1] - x[0];
  const sumWindow = summedWindows(smoother, groups, tree);
  const addFar = farAdder(smoother, groups.far, tree);
  const sums: LineSums = new Float64Array(5);
  const line: Line = { value: 0, level: 0, tilt: 0 };
  for (let s = 0; s < smoother.stops.length; s++) {
    const i = smoother.stops[s];
    const shared = sumWindow(i, sums);
    if (hasDigits(sums, shared, windows.radius[i])) {
      if (addFar) addFar(i, sums);
      lineAt(sums, windows.radius[i], range, line);
    } else carefulLine(x, groups, windows, i, line);
    if (groups.far !== undefined && line.tilt !== 0 && isOfTwoLengths(smoother, groups, i))
      line.value = (groups.weightedY[i] + groups.far.weightedY[i]) / groups.weight[i];
    accept(i, line);
  }
}
