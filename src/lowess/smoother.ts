import { carefulLine, hasDigits, type Line, lineAt } from './local-line.js';
import type { GroupSums } from './robustness.js';
import { findStops } from './stops.js';
import type { Ties } from './ties.js';
import { BLOCK, type Blocks, planBlocks } from './window-sums/blocks.js';
import {
  addCoreMoments,
  addSideMoments,
  type DirectRuns,
  type LineSums,
  raiseToOne,
  sumTricube,
} from './window-sums/line-sums.js';
import { addMoments, type MomentTree, momentTree, STRIDE, updateMoments } from './window-sums/moments.js';
import {
  type AddNode,
  CORE,
  directRuns,
  gatherRuns,
  LEFT,
  listDirectRuns,
  RIGHT,
  type SharedRuns,
  sharedRuns,
} from './window-sums/shared-runs.js';
import { findWindows, type Windows } from './windows.js';

/** What stays the same in every pass of a fit: the windows, and how their sums are shared. */
export interface Smoother {
  readonly x: Float64Array;
  /** The distinct x, by index and ascending, where lines are fitted. */
  readonly stops: Int32Array;
  readonly windows: Windows;
  readonly blocks: Blocks;
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
 * Costs O(m + stops · (log m + groups at the edges of the windows)).
 */
export function fitLines(
  smoother: Smoother,
  groups: GroupSums,
  accept: (i: number, line: Line) => void,
): void {
  const { x, windows, blocks, tree } = smoother;
  const range = x[x.length - 1] - x[0];
  updateMoments(tree, x, groups);
  const addNode: AddNode = (node, into, at, centre, halfWidth) =>
    addMoments(tree, node, into, at, centre, halfWidth);
  const runs = sharedRuns(STRIDE);
  const direct = directRuns();
  const sums: LineSums = new Float64Array(5);
  const line: Line = { value: 0, level: 0, tilt: 0 };
  let block = -1;
  let shared = 0;
  for (let s = 0; s < smoother.stops.length; s++) {
    const i = smoother.stops[s];
    if (Math.floor(i / BLOCK) !== block) {
      block = Math.floor(i / BLOCK);
      shared = gatherRuns(x, blocks, block, tree, addNode, runs);
    }
    sumWindow(x, windows, groups, i, runs, direct, sums);
    if (hasDigits(sums, shared, windows.radius[i])) lineAt(sums, windows.radius[i], range, line);
    else carefulLine(x, groups, windows, i, line);
    accept(i, line);
  }
}

/** The five sums over the window of the i-th distinct x: shared runs by their moments, the rest directly. */
function sumWindow(
  x: Float64Array,
  windows: Windows,
  groups: GroupSums,
  i: number,
  runs: SharedRuns,
  direct: DirectRuns,
  sums: LineSums,
): void {
  const { bounds, centre, halfWidth, moments } = runs;
  const at = x[i];
  const scale = 1 / windows.radius[i];
  listDirectRuns(bounds, windows.first[i], windows.end[i], direct);
  sumTricube(sums, x, groups, direct, at, scale);
  if (bounds[0] < bounds[1]) {
    addSideMoments(sums, moments, LEFT * STRIDE, -halfWidth[LEFT] * scale, (at - centre[LEFT]) * scale, -1);
  }
  if (bounds[4] < bounds[5]) {
    addSideMoments(sums, moments, RIGHT * STRIDE, halfWidth[RIGHT] * scale, (centre[RIGHT] - at) * scale, 1);
  }
  const coreFirst = windows.coreFirst[i];
  const coreEnd = windows.coreEnd[i];
  if (bounds[2] < bounds[3]) {
    addCoreMoments(sums, moments, CORE * STRIDE, halfWidth[CORE] * scale, (centre[CORE] - at) * scale);
    raiseToOne(sums, x, groups, coreFirst, bounds[2], at, scale);
    raiseToOne(sums, x, groups, bounds[3], coreEnd, at, scale);
  } else if (coreEnd - coreFirst > 1) raiseToOne(sums, x, groups, coreFirst, coreEnd, at, scale);
}
