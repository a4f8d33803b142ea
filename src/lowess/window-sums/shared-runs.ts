import { type Blocks, BOUNDS } from './blocks.js';
import type { DirectRuns } from './line-sums.js';
import { centreOf, halfWidthOf, LEAF, type TreeGeometry } from './moments.js';

/** The runs that the windows of one block share, with their moments. */
export interface SharedRuns {
  /** Six bounds: left from, left to, core from, core to, right from, right to. */
  readonly bounds: Int32Array;
  readonly centre: Float64Array;
  readonly halfWidth: Float64Array;
  /** `stride` moments for each of left, core, right. */
  readonly moments: Float64Array;
  readonly stride: number;
}

/** Places of the runs in SharedRuns. */
export const LEFT = 0;
export const CORE = 1;
export const RIGHT = 2;

const RUNS = 3;

/** Gaps around three shared runs of a window. */
const GAPS = 4;

/** Adds the moments of a tree's node, moved to another centre and half-width, to those of `into` at `at`. */
export type AddNode = (
  node: number,
  into: Float64Array,
  at: number,
  centre: number,
  halfWidth: number,
) => void;

/** Room for the runs of a block, with `stride` moments each. */
export function sharedRuns(stride: number): SharedRuns {
  return {
    bounds: new Int32Array(BOUNDS),
    centre: new Float64Array(RUNS),
    halfWidth: new Float64Array(RUNS),
    moments: new Float64Array(RUNS * stride),
    stride,
  };
}

/** Room for the gaps around the shared runs of a window. */
export function directRuns(): DirectRuns {
  return { bounds: new Int32Array(2 * GAPS), count: 0 };
}

/**
 * Gathers the moments of the shared runs of block b from the nodes of a tree. Returns the sum of their zeroth
 * moments.
 */
export function gatherRuns(
  x: Float64Array,
  blocks: Blocks,
  b: number,
  tree: TreeGeometry,
  addNode: AddNode,
  runs: SharedRuns,
): number {
  const { moments, stride } = runs;
  moments.fill(0);
  for (let r = 0; r < RUNS; r++) {
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
      if (low & 1) addNode(low++, moments, r * stride, centre, halfWidth);
      if (high & 1) addNode(--high, moments, r * stride, centre, halfWidth);
    }
  }
  return moments[LEFT * stride] + moments[CORE * stride] + moments[RIGHT * stride];
}

/**
 * Lists the parts of the window [first, end) outside the shared runs: the gaps before, between and after
 * them.
 */
export function listDirectRuns(bounds: Int32Array, first: number, end: number, direct: DirectRuns): void {
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
