/**
 * Sums without any rounding: a sum is held as an expansion, a few doubles that do not overlap and whose exact total is the sum
 * (Shewchuk 1997, Discrete & Computational Geometry 18, 305-363; the algorithm of Python's math.fsum). Exact sums do not depend on the order
 * of their terms, so neither do their roundings.
 */
export type Expansion = number[];

/** Adds `value` to the expansion, exactly. Sums must stay finite. */
export function grow(expansion: Expansion, value: number): void {
  let carried = value;
  let kept = 0;
  for (const part of expansion) {
    const [big, small] = Math.abs(carried) < Math.abs(part) ? [part, carried] : [carried, part];
    const sum = big + small;
    const lost = small - (sum - big);
    if (lost !== 0) expansion[kept++] = lost;
    carried = sum;
  }
  expansion.length = kept;
  expansion.push(carried);
}

/** The double nearest to the sum of the expansion, halves to even. */
export function rounded(expansion: Expansion): number {
  let i = expansion.length - 1;
  if (i < 0) return 0;
  let sum = expansion[i];
  let lost = 0;
  while (i > 0 && lost === 0) {
    const part = expansion[--i];
    const before = sum;
    sum = before + part;
    lost = part - (sum - before);
  }
  // A tie was broken without regard to the parts below: where they point away from zero of `lost`, it goes the other way.
  const below = i > 0 ? expansion[i - 1] : 0;
  if ((lost < 0 && below < 0) || (lost > 0 && below > 0)) {
    const other = sum + 2 * lost;
    if (other - sum === 2 * lost) return other;
  }
  return sum;
}
