/** Bits of a digit, and digits of one half of a key: three of eleven bits hold its 32. */
const DIGIT_BITS = 11;
const DIGITS = 3;
const BUCKETS = 2 ** DIGIT_BITS;
const MASK = BUCKETS - 1;

/**
 * Up to so many values of one high half are put in order one by one; more are sorted by their low halves
 * first.
 */
const LONGEST_RUN = 32;

/**
 * The indices of the values in ascending order, equal ones in their order; −0 equals 0. Without NaN.
 *
 * Sorts by the bits of the doubles, digit by digit from the last (LSD radix sort: Knuth, The Art of Computer
 * Programming 3, 5.2.5): O(n), whatever the values are. The high half of the bits, 20 of the 52 after the
 * leading one, tells most values apart.
 */
export function sortedOrder(column: Float64Array): Uint32Array {
  const n = column.length;
  const { low, high } = keysOf(column);
  const byHigh = orderBy(high, inOrder(n));
  if (longestRun(high, byHigh) > LONGEST_RUN) return orderBy(high, orderBy(low, inOrder(n)));
  settleRuns(low, high, byHigh);
  return byHigh;
}

function inOrder(n: number): Uint32Array<ArrayBuffer> {
  const order = new Uint32Array(n);
  for (let i = 0; i < n; i++) order[i] = i;
  return order;
}

/** Unsigned numbers of 64 bits, the low half and the high half, in the order of the values. */
interface Keys {
  readonly low: Uint32Array;
  readonly high: Uint32Array;
}

/**
 * A double's bits are in its order once the sign bit is turned over, and of negative values all others, too.
 */
function keysOf(column: Float64Array): Keys {
  const n = column.length;
  const low = new Uint32Array(n);
  const high = new Uint32Array(n);
  const double = new Float64Array(1);
  const halves = new Uint32Array(double.buffer);
  const [lowHalf, highHalf] = isLittleEndian() ? [0, 1] : [1, 0];
  for (let i = 0; i < n; i++) {
    double[0] = column[i] + 0; // −0 becomes 0
    const flipped = -(halves[highHalf] >>> 31);
    low[i] = halves[lowHalf] ^ flipped;
    high[i] = halves[highHalf] ^ (flipped | 0x80000000);
  }
  return { low, high };
}

function isLittleEndian(): boolean {
  return new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;
}

/** The order by the keys; equal ones stay in the order given, which is overwritten. */
function orderBy(keys: Uint32Array, given: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const n = keys.length;
  let order = given;
  let next = new Uint32Array(n);
  const counts = countDigits(keys);
  for (let digit = 0; digit < DIGITS; digit++) {
    const places = counts.subarray(digit * BUCKETS, (digit + 1) * BUCKETS);
    const shift = digit * DIGIT_BITS;
    if (n === 0 || places[(keys[0] >>> shift) & MASK] === n) continue;
    countsToPlaces(places);
    for (let k = 0; k < n; k++) {
      const i = order[k];
      next[places[(keys[i] >>> shift) & MASK]++] = i;
    }
    [order, next] = [next, order];
  }
  return order;
}

/** How often each digit has each value: a row of buckets for each digit. */
function countDigits(keys: Uint32Array): Int32Array {
  const counts = new Int32Array(DIGITS * BUCKETS);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i];
    counts[key & MASK]++;
    counts[BUCKETS + ((key >>> 11) & MASK)]++;
    counts[2 * BUCKETS + (key >>> 22)]++;
  }
  return counts;
}

/** Turns counts into the place of each bucket's first value. */
function countsToPlaces(counts: Int32Array): void {
  for (let bucket = 0, place = 0; bucket < counts.length; bucket++) {
    const count = counts[bucket];
    counts[bucket] = place;
    place += count;
  }
}

/** The length of the longest run of equal high halves. */
function longestRun(high: Uint32Array, order: Uint32Array): number {
  let longest = 0;
  for (let k = 1, start = 0; k <= order.length; k++) {
    if (k < order.length && high[order[k]] === high[order[start]]) continue;
    longest = Math.max(longest, k - start);
    start = k;
  }
  return longest;
}

/** Puts values of one high half in the order of their low halves, by insertion. */
function settleRuns(low: Uint32Array, high: Uint32Array, order: Uint32Array): void {
  for (let k = 1; k < order.length; k++) {
    const i = order[k];
    let at = k;
    while (at > 0 && high[order[at - 1]] === high[i] && low[order[at - 1]] > low[i]) {
      order[at] = order[at - 1];
      at--;
    }
    order[at] = i;
  }
}
