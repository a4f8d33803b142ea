/**
 * The estimated bias b̂(c) of a reward model in one characteristic c, as knots joined by straight lines.
 * What is subtracted from a reward is α · b̂(c) (method, "Model").
 */
export interface BiasCurve {
  /** Which characteristic c is. */
  readonly characteristic: string;
  /** Calibration strength α; 1 in the paper, 0 removes nothing. */
  readonly alpha: number;
  /** Values of c, strictly ascending, at least one. */
  readonly knots: Float64Array;
  /** b̂ at each knot, in units of reward. */
  readonly biases: Float64Array;
  /**
   * Standard error of b̂ at each knot, in units of reward; absent where the estimator gives none. Between knots it is
   * of the size of its neighbours.
   */
  readonly standardErrors?: Float64Array | undefined;
  /** Mean of b̂ over the samples that were fitted; adding it back keeps the reward model's own scale. */
  readonly meanBias: number;
}

/** Whether c lies outside the fitted range, where the curve holds its end value. */
export function isExtrapolated(curve: BiasCurve, value: number): boolean {
  return value < curve.knots[0] || value > curve.knots[curve.knots.length - 1];
}

/**
 * b̂(c): exact at knots, linear between them, the end value beyond them. The reference code looks up a step function
 * and indexes past the end instead (method, "What the reference code gets wrong", 1).
 */
export function biasAt(curve: BiasCurve, value: number): number {
  const { knots, biases } = curve;
  const last = knots.length - 1;
  if (value <= knots[0]) return biases[0];
  if (value >= knots[last]) return biases[last];
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (knots[middle] <= value) low = middle;
    else high = middle;
  }
  const share = (value - knots[low]) / (knots[high] - knots[low]);
  return biases[low] + share * (biases[high] - biases[low]);
}
