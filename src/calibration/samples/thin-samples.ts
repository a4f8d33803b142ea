import { indicesWhere } from './pick.js';

/** At most `limit` of `count` indices, evenly spaced, ascending. */
export function thinnedIndices(count: number, limit: number): Uint32Array {
  const kept = Math.min(count, limit);
  const indices = new Uint32Array(kept);
  for (let k = 0; k < kept; k++) indices[k] = Math.floor((k * count) / kept);
  return indices;
}

/**
 * The indices of all samples of evenly spaced groups, ascending: about `limit` where groups are of about one
 * size, and at least those of one group.
 */
export function thinGroups(groups: Int32Array, limit: number): Uint32Array {
  const share = Math.min(1, limit / groups.length);
  // Group 0 always begins a step.
  const isKept = (group: number) =>
    group === 0 || Math.floor(group * share) > Math.floor((group - 1) * share);
  return indicesWhere(groups.length, (i) => isKept(groups[i]));
}
