/**
 * The finaliser of MurmurHash3 (Appleby, 2011): a one-to-one map of 32-bit numbers, which moves neighbouring
 * numbers, such as the two of a pair, far apart.
 */
export function hash(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
