import type { Windows } from '../windows.js';
import { LEAF } from './moments.js';

/**
 * A block is BLOCK consecutive distinct x. Their windows nearly coincide, so their common part is summed once
 * per block: `left` and `right`, runs of whole leaves that lie in every window of the block wholly on one
 * side of x, and `core`, a run of whole leaves that lies in every window's core (where tricube is 1). The
 * rest of each window is summed directly. All six bounds are group indices; an empty run has equal bounds.
 */
export interface Blocks {
  readonly count: number;
  /** Six bounds a block: left from, left to, core from, core to, right from, right to. */
  readonly bounds: Int32Array;
}

/** Distinct x in a block, by measurement. */
export const BLOCK = 16;

/** Bounds a block has in `Blocks.bounds`. */
export const BOUNDS = 6;

/** A run of fewer leaves is summed directly: moving its moments would cost more. */
const LEAST_LEAVES = 4;

/** Finds the common runs of every block of windows over m distinct x. */
export function planBlocks(windows: Windows, m: number): Blocks {
  const count = Math.ceil(m / BLOCK);
  const bounds = new Int32Array(count * BOUNDS);
  for (let b = 0; b < count; b++)
    planBlock(windows, b * BLOCK, Math.min(m, (b + 1) * BLOCK), bounds, b * BOUNDS);
  return { count, bounds };
}

function planBlock(windows: Windows, start: number, stop: number, bounds: Int32Array, at: number): void {
  const first = most(windows.first, start, stop);
  const end = least(windows.end, start, stop);
  setRun(bounds, at, first, Math.min(start, least(windows.coreFirst, start, stop)), start);
  setRun(bounds, at + 2, most(windows.coreFirst, start, stop), least(windows.coreEnd, start, stop), start);
  setRun(bounds, at + 4, Math.max(stop, most(windows.coreEnd, start, stop)), end, stop);
}

/** The whole leaves of the groups [from, to), or the empty run at `otherwise` where they are too few. */
function setRun(bounds: Int32Array, at: number, from: number, to: number, otherwise: number): void {
  const firstLeaf = Math.ceil(from / LEAF);
  const endLeaf = Math.floor(to / LEAF);
  const worth = endLeaf - firstLeaf >= LEAST_LEAVES;
  bounds[at] = worth ? firstLeaf * LEAF : otherwise;
  bounds[at + 1] = worth ? endLeaf * LEAF : otherwise;
}

function most(values: Int32Array, start: number, stop: number): number {
  let result = values[start];
  for (let i = start + 1; i < stop; i++) if (values[i] > result) result = values[i];
  return result;
}

function least(values: Int32Array, start: number, stop: number): number {
  let result = values[start];
  for (let i = start + 1; i < stop; i++) if (values[i] < result) result = values[i];
  return result;
}
