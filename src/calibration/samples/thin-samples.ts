/** At most `limit` of `count` indices, evenly spaced, ascending. */
export function thinnedIndices(count: number, limit: number): Uint32Array {
  if (count <= limit) return Uint32Array.from({ length: count }, (_, i) => i);
  return Uint32Array.from({ length: limit }, (_, i) => Math.floor((i * count) / limit));
}

/**
 * The indices of all samples of evenly spaced groups, ascending: about `limit` where groups are of about one size, and at least
 * those of one group.
 */
export function thinGroups(groups: Int32Array, limit: number): Uint32Array {
  const share = Math.min(1, limit / groups.length);
  // Group 0 always begins a step.
  const isKept = (group: number) =>
    group === 0 || Math.floor(group * share) > Math.floor((group - 1) * share);
  const kept: number[] = [];
  for (let i = 0; i < groups.length; i++) if (isKept(groups[i])) kept.push(i);
  return Uint32Array.from(kept);
}
