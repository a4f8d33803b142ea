/** How many samples each group has: a count for every number from 0 up to the largest in `groups`. */
export function groupSizes(groups: Int32Array): Int32Array {
  let count = 0;
  for (const group of groups) count = Math.max(count, group + 1);
  const sizes = new Int32Array(count);
  for (const group of groups) sizes[group]++;
  return sizes;
}

/** How many groups have samples. */
export function countGroups(groups: Int32Array): number {
  let count = 0;
  for (const size of groupSizes(groups)) if (size > 0) count++;
  return count;
}

/**
 * (Σ size)² ÷ Σ size²: how many groups of one size say as much as these (Kish 1965, Survey Sampling, 5.4).
 */
export function effectiveGroups(groups: Int32Array): number {
  let squares = 0;
  for (const size of groupSizes(groups)) squares += size * size;
  return groups.length ** 2 / squares;
}

/**
 * The mean of the values of each group; NaN for a number that no sample has. Does not overflow where the
 * values don't.
 */
export function meanByGroup(
  values: Float64Array,
  groups: Int32Array,
  sizes: ArrayLike<number>,
): Float64Array<ArrayBuffer> {
  const means = new Float64Array(sizes.length);
  for (let i = 0; i < values.length; i++) means[groups[i]] += values[i] / sizes[groups[i]];
  for (let group = 0; group < sizes.length; group++) if (sizes[group] === 0) means[group] = Number.NaN;
  return means;
}

/** Each value less the mean of its group. */
export function withinGroups(
  values: Float64Array,
  groups: Int32Array,
  sizes: ArrayLike<number>,
): Float64Array<ArrayBuffer> {
  const means = meanByGroup(values, groups, sizes);
  const result = new Float64Array(values.length);
  for (let i = 0; i < result.length; i++) result[i] = values[i] - means[groups[i]];
  return result;
}
