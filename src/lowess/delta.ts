/**
 * The delta of R's `lowess`: lines are fitted only at knots at most delta apart where x allows it, and the values
 * between two knots are interpolated linearly.
 */

/** Delta 0 skips nothing: every distinct x is a knot. */
export const EXACT = 0;

/** A knot that R comes to at the first of its samples, and one that it comes to at the last; 0 is no knot. */
const AT_FIRST_SAMPLE = 1;
export const AT_LAST_SAMPLE = 2;

/**
 * Not 0 for every distinct x that is a knot: the first, and then always the farthest within `delta` of the last knot, or the very
 * next where none is. As R's `clowess`.
 */
export function chooseKnots(x: Float64Array, delta: number): Uint8Array {
  const knots = new Uint8Array(x.length);
  knots[0] = AT_FIRST_SAMPLE;
  for (let knot = 0; knot < x.length - 1; ) {
    const cut = x[knot] + delta;
    let next = knot + 1;
    while (next + 1 < x.length && x[next + 1] <= cut) next++;
    knots[next] = x[next] <= cut && delta > EXACT ? AT_LAST_SAMPLE : AT_FIRST_SAMPLE;
    knot = next;
  }
  return knots;
}

/** Fills the values between knots from the values at the knots on both sides. The first and last x are knots. */
export function interpolate(x: Float64Array, knots: Uint8Array, fitted: Float64Array): void {
  let last = 0;
  for (let knot = 1; knot < x.length; knot++) {
    if (knots[knot] === 0) continue;
    for (let i = last + 1; i < knot; i++) {
      const share = (x[i] - x[last]) / (x[knot] - x[last]);
      fitted[i] = share * fitted[knot] + (1 - share) * fitted[last];
    }
    last = knot;
  }
}
