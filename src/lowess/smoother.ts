import { BLOCK, type Blocks, BOUNDS, planBlocks } from './blocks.js';
import {
  addCoreMoments,
  addSideMoments,
  type DirectRuns,
  type LineSums,
  raiseToOne,
  sumTricube,
} from './line-sums.js';
import { carefulLine, hasDigits, type Line, lineAt } from './local-line.js';
import {
  addMoments,
  centreOf,
  halfWidthOf,
  LEAF,
  type MomentTree,
  momentTree,
  STRIDE,
  updateMoments,
} from './moments.js';
import type { GroupSums } from './robustness.js';
import { findStops } from './stops.js';
import type { Ties } from './ties.js';
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

/** Prepares local lines over windows of frac · n samples, at every distinct x or, with delta > 0, where R fits them (`findStops`). */
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

/** The runs that the windows of one block share, with their moments. */
interface SharedRuns {
  /** Six bounds: left from, left to, core from, core to, right from, right to. */
  readonly bounds: Int32Array;
  readonly centre: Float64Array;
  readonly halfWidth: Float64Array;
  /** STRIDE moments for each of left, core, right. */
  readonly moments: Float64Array;
}

const LEFT = 0;
const CORE = 1;
const RIGHT = 2;

/** Gaps that three shared runs leave of a window. */
const DIRECT_RUNS = 4;

/**
 * Fits the local line of every stop with the robustness weights summed in `groups`, and hands it to `accept`. Costs
 * O(m + stops · (log m + groups at the edges of the windows)).
 */
export function fitLines(
  smoother: Smoother,
  groups: GroupSums,
  accept: (i: number, line: Line) => void,
): void {
  const { x, windows } = smoother;
  const range = x[x.length - 1] - x[0];
  updateMoments(smoother.tree, x, groups);
  const runs = sharedRuns();
  const direct: DirectRuns = { bounds: new Int32Array(2 * DIRECT_RUNS), count: 0 };
  const sums: LineSums = new Float64Array(5);
  const line: Line = { value: 0, level: 0, tilt: 0 };
  let block = -1;
  let shared = 0;
  for (let s = 0; s < smoother.stops.length; s++) {
    const i = smoother.stops[s];
    if (Math.floor(i / BLOCK) !== block) {
      block = Math.floor(i / BLOCK);
      shared = shareRuns(smoother, block, runs);
    }
    sumWindow(x, windows, groups, i, runs, direct, sums);
    if (hasDigits(sums, shared, windows.radius[i])) lineAt(sums, windows.radius[i], range, line);
    else carefulLine(x, groups, windows, i, line);
    accept(i, line);
  }
}

function sharedRuns(): SharedRuns {
  return {
    bounds: new Int32Array(BOUNDS),
    centre: new Float64Array(3),
    halfWidth: new Float64Array(3),
    moments: new Float64Array(3 * STRIDE),
  };
}

/** Gathers the moments of the runs that block b shares from the tree; returns the weight that they hold. */
function shareRuns(smoother: Smoother, b: number, runs: SharedRuns): number {
  const { x, blocks, tree } = smoother;
  runs.moments.fill(0);
  for (let r = 0; r < 3; r++) {
    const from = blocks.bounds[b * BOUNDS + 2 * r];
    const to = blocks.bounds[b * BOUNDS + 2 * r + 1];
    runs.bounds[2 * r] = from;
    runs.bounds[2 * r + 1] = to;
    if (from === to) continue;
    const centre = centreOf(x, from, to);
    const halfWidth = halfWidthOf(x, from, to);
    runs.centre[r] = centre;
    runs.halfWidth[r] = halfWidth;
    let low = tree.size + from / LEAF;
    let high = tree.size + to / LEAF;
    for (; low < high; low >>= 1, high >>= 1) {
      if (low & 1) addMoments(tree, low++, runs.moments, r * STRIDE, centre, halfWidth);
      if (high & 1) addMoments(tree, --high, runs.moments, r * STRIDE, centre, halfWidth);
    }
  }
  return runs.moments[LEFT * STRIDE] + runs.moments[CORE * STRIDE] + runs.moments[RIGHT * STRIDE];
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

/** What the shared runs leave of the window [first, end): at most one gap before, between and after each of them. */
function listDirectRuns(bounds: Int32Array, first: number, end: number, direct: DirectRuns): void {
  let from = first;
  let count = 0;
  for (let r = 0; r < BOUNDS; r += 2) {
    if (bounds[r] === bounds[r + 1]) continue;
    direct.bounds[2 * count] = from;
    direct.bounds[2 * count + 1] = bounds[r];
    count++;
    from = bounds[r + 1];
  }
  direct.bounds[2 * count] = from;
  direct.bounds[2 * count + 1] = end;
  direct.count = count + 1;
}
