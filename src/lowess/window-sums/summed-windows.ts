import type { WeightedSums } from '../robustness.js';
import type { Windows } from '../windows.js';
import { BLOCK, type Blocks } from './blocks.js';
import {
  addCoreMoments,
  addSideMoments,
  type DirectRuns,
  type LineSums,
  raiseToOne,
  sumTricube,
} from './line-sums.js';
import { addMoments, type MomentTree, STRIDE, updateMoments } from './moments.js';
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
} from './shared-runs.js';

/** The windows of the distinct x, and what consecutive ones share. */
export interface SharedWindows {
  readonly x: Float64Array;
  readonly windows: Windows;
  readonly blocks: Blocks;
}

/** Sets `sums` to those of the window of the i-th distinct x. Returns the weight of the moments used. */
export type SumWindow = (i: number, sums: LineSums) => number;

/** The sums over windows of one set of group sums; asked for ascending i. Overwrites the tree's moments. */
export function summedWindows(
  { x, windows, blocks }: SharedWindows,
  groups: WeightedSums,
  tree: MomentTree,
): SumWindow {
  updateMoments(tree, x, groups);
  const addNode: AddNode = (node, into, at, centre, halfWidth) =>
    addMoments(tree, node, into, at, centre, halfWidth);
  const runs = sharedRuns(STRIDE);
  const direct = directRuns();
  let block = -1;
  let shared = 0;
  return (i, sums) => {
    if (Math.floor(i / BLOCK) !== block) {
      block = Math.floor(i / BLOCK);
      shared = gatherRuns(x, blocks, block, tree, addNode, runs);
    }
    sumWindow(x, windows, groups, i, runs, direct, sums);
    return shared;
  };
}

/** The five sums over the window of the i-th distinct x: shared runs by their moments, the rest directly. */
function sumWindow(
  x: Float64Array,
  windows: Windows,
  groups: WeightedSums,
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
