/** The standard normal quantile of 1 − 1e-5. */
const Z = 4.265;

/**
 * Whether Pearson's χ² of counts against what is expected of them is within what chance makes of it in all
 * but one of 100,000 cases; the quantile by Wilson and Hilferty (1931).
 *
 * @param freedom degrees of freedom: one less than counts that add up to a fixed number.
 */
export function isUniform(
  counts: ArrayLike<number>,
  expected: ArrayLike<number>,
  freedom = counts.length - 1,
): boolean {
  let statistic = 0;
  for (let i = 0; i < counts.length; i++)
    statistic += (Number(counts[i]) - Number(expected[i])) ** 2 / Number(expected[i]);
  const term = 2 / (9 * freedom);
  return statistic <= freedom * (1 - term + Z * Math.sqrt(term)) ** 3;
}

/** So many counts of the same expectation. */
export function equally(count: number, each: number): number[] {
  return Array.from({ length: count }, () => each);
}
