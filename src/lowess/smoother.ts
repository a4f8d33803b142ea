import { BLOCK, type Blocks, BOUNDS, planBlocks } from './blocks.js';
import { addCoreMoments, addSideMoments, addTricube, type LineSums, raiseToOne } from './line-sums.js';
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
import type { Ties } from './ties.js';
import { findWindows, type Windows } from './windows.js';

/** What stays the same in every pass of a fit: the windows, and how their sums are shared. */
export interface Smoother {
  readonly x: Float64Array;
  readonly windows: Windows;
  readonly blocks: Blocks;
  readonly tree: MomentTree;
  /** Not 0 for every distinct x that gets a line of its own. */
  readonly knots: Uint8Array;
}

/** Prepares the local lines over windows of frac · n samples, at the distinct x whose `knots` is not 0. */
export function prepareSmoother(ties: Ties, frac: number, knots: Uint8Array): Smoother {
  const windows = findWindows(ties, frac);
  const blocks = planBlocks(windows, ties.x.length);
  return { x: ties.x, windows, blocks, tree: momentTree(ties.x), knots };
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

/**
 * Fits the local line of every knot with the robustness weights summed in `groups`, in O(m (log m + window edges)),
 * and hands each to `accept`.
 */
export function fitLines(
  smoother: Smoother,
  groups: GroupSums,
  accept: (i: number, line: Line) => void,
): void {
  const { x, windows, blocks, tree, knots } = smoother;
  const m = x.length;
  const range = x[m - 1] - x[0];
  updateMoments(tree, x, groups);
  const runs: SharedRuns = {
    bounds: new Int32Array(BOUNDS),
    centre: new Float64Array(3),
    halfWidth: new Float64Array(3),
    moments: new Float64Array(3 * STRIDE),
  };
  const sums: LineSums = new Float64Array(5);
  const line: Line = { value: 0, level: 0, tilt: 0 };
  for (let b = 0; b < blocks.count; b++) {
    shareRuns(smoother, b, runs);
    const shared = runs.moments[LEFT * STRIDE] + runs.moments[CORE * STRIDE] + runs.moments[RIGHT * STRIDE];
    for (let i = b * BLOCK; i < m && i < (b + 1) * BLOCK; i++) {
      if (knots[i] === 0) continue;
      sumWindow(x, windows, groups, i, runs, sums);
      if (hasDigits(sums, shared, windows.radius[i])) lineAt(sums, windows.radius[i], range, line);
      else carefulLine(x, groups, windows, i, line);
      accept(i, line);
    }
  }
}

/** Gathers the moments of the runs that block b shares from the tree. */
function shareRuns(smoother: Smoother, b: number, runs: SharedRuns): void {
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
}

/** The five sums over the window of the i-th distinct x: shared runs by their moments, the rest directly. */
function sumWindow(
  x: Float64Array,
  windows: Windows,
  groups: GroupSums,
  i: number,
  runs: SharedRuns,
  sums: LineSums,
): void {
  const { bounds, centre, halfWidth, moments } = runs;
  const at = x[i];
  const radius = windows.radius[i];
  const first = windows.first[i];
  const end = windows.end[i];
  sums.fill(0);
  if (bounds[0] < bounds[1]) {
    addTricube(sums, x, groups, first, bounds[0], at, radius);
    addSideMoments(sums, moments, LEFT * STRIDE, -halfWidth[LEFT] / radius, (at - centre[LEFT]) / radius, -1);
  }
  if (bounds[4] < bounds[5]) {
    addSideMoments(
      sums,
      moments,
      RIGHT * STRIDE,
      halfWidth[RIGHT] / radius,
      (centre[RIGHT] - at) / radius,
      1,
    );
    addTricube(sums, x, groups, bounds[5], end, at, radius);
  }
  const from = bounds[0] < bounds[1] ? bounds[1] : first;
  const to = bounds[4] < bounds[5] ? bounds[4] : end;
  if (bounds[2] === bounds[3]) {
    addTricube(sums, x, groups, from, to, at, radius);
    raiseToOne(sums, x, groups, windows.coreFirst[i], windows.coreEnd[i], at, radius);
    return;
  }
  addTricube(sums, x, groups, from, bounds[2], at, radius);
  raiseToOne(sums, x, groups, windows.coreFirst[i], bounds[2], at, radius);
  addCoreMoments(sums, moments, CORE * STRIDE, halfWidth[CORE] / radius, (centre[CORE] - at) / radius);
  addTricube(sums, x, groups, bounds[3], to, at, radius);
  raiseToOne(sums, x, groups, bounds[3], windows.coreEnd[i], at, radius);
}
