/**
 * The logistic function σ(x) = 1 / (1 + e⁻ˣ): a reward, in the units of a Bradley-Terry model, as the
 * probability of being preferred to a response of reward 0 (of a margin: to the other response). Between 0
 * and 1, never NaN for a number, exact to a few units in the last place; R's `plogis`.
 *
 * @example logistic(0) // 0.5
 */
export function logistic(x: number): number {
  // e⁻ˣ overflows for large negative x: there the equal form eˣ / (1 + eˣ) keeps its digits.
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const power = Math.exp(x);
  return power / (1 + power);
}
