/** Knots of a piecewise linear curve: x strictly ascending, y as long. */
export interface Knots {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/**
 * The indices, ascending, of knots that suffice for almost the same curve: the piecewise linear curve through
 * them differs from the given one at every knot by at most the knot's tolerance, and so between knots. The
 * first and the last knot are always kept.
 *
 * One pass with the cone (or "funnel") algorithm: from the last kept knot, the slopes that pass every
 * following knot within the tolerance form an interval that only narrows; when the line to a knot falls out
 * of it, the knot before is kept. The largest difference of two piecewise linear curves is at a knot of the
 * finer one, so checking the knots is enough. Source: the cone intersection of Sklansky & Gonzalez, "Fast
 * polygonal approximation of digitized curves", Pattern Recognition 12 (1980), 327-331.
 */
export function thinKnots(knots: Knots, tolerances: Float64Array): number[] {
  const { x, y } = knots;
  const kept: number[] = [0];
  let start = 0;
  let lowest = Number.NEGATIVE_INFINITY;
  let highest = Number.POSITIVE_INFINITY;
  for (let i = 1; i < x.length; i++) {
    const slope = (y[i] - y[start]) / (x[i] - x[start]);
    if (slope < lowest || slope > highest) {
      start = i - 1;
      kept.push(start);
      lowest = Number.NEGATIVE_INFINITY;
      highest = Number.POSITIVE_INFINITY;
    }
    const run = x[i] - x[start];
    lowest = Math.max(lowest, (y[i] - tolerances[i] - y[start]) / run);
    highest = Math.min(highest, (y[i] + tolerances[i] - y[start]) / run);
  }
  if (x.length > 1) kept.push(x.length - 1);
  return kept;
}
