/**
 * The exact median: the middle value, or the mean of the middle two. Reorders `values` (quickselect, Hoare
 * 1961), sorting nothing. `values` must not be empty nor hold NaN.
 */
export function medianInPlace(values: Float64Array): number {
  const n = values.length;
  const upper = n >>> 1;
  const high = selectInPlace(values, n, upper);
  if (n % 2 === 1) return high;
  let low = values[0];
  for (let i = 1; i < upper; i++) if (values[i] > low) low = values[i];
  return (low + high) / 2;
}

/**
 * The value of rank `rank` (0 is the least) among the first `length` of `values`. Afterwards no value before
 * that index is greater than it, and none behind it is less.
 */
export function selectInPlace(values: Float64Array, length: number, rank: number): number {
  let low = 0;
  let high = length - 1;
  while (low < high) {
    const pivot = medianOfThree(values[low], values[(low + high) >>> 1], values[high]);
    let i = low;
    let j = high;
    while (i <= j) {
      while (values[i] < pivot) i++;
      while (values[j] > pivot) j--;
      if (i > j) break;
      const swapped = values[i];
      values[i++] = values[j];
      values[j--] = swapped;
    }
    if (rank <= j) high = j;
    else if (rank >= i) low = i;
    else break;
  }
  return values[rank];
}

function medianOfThree(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
