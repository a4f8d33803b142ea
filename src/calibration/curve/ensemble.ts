import type { RobustScale } from '../statistics/robust-scale.js';

/**
 * How to combine the standardised rewards of several reward models: the mean; the least (worst-case
 * optimisation); or mean − λ · standard deviation over the models, which penalises disagreement (Coste et al.
 * 2024, "Reward model ensembles help mitigate overoptimization", ICLR; they weigh the variance).
 */
export const COMBINATIONS = ['mean', 'min', 'lower-confidence'] as const;
export type Combination = (typeof COMBINATIONS)[number];

/** λ of `lower-confidence`: one standard deviation. */
export const DEFAULT_LAMBDA = 1;

/** (reward − mean) ÷ scale: in units in which reward models can be compared. */
export function standardise(rewards: Float64Array, { mean, scale }: RobustScale): Float64Array {
  return rewards.map((reward) => (reward - mean) / scale);
}

/**
 * One reward a sample from those of several models.
 *
 * @param members standardised rewards, a column a model, all of equal length; at least one.
 * @param lambda of `lower-confidence` only. The standard deviation is over the models present: √(Σ
 *   (z − mean)² ÷ models).
 */
export function combine(members: readonly Float64Array[], how: Combination, lambda: number): number[] {
  return Array.from(members[0], (_, i) =>
    combineOne(
      members.map((member) => member[i]),
      how,
      lambda,
    ),
  );
}

function combineOne(values: readonly number[], how: Combination, lambda: number): number {
  if (how === 'min') return Math.min(...values);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (how === 'mean') return mean;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return mean - lambda * Math.sqrt(variance);
}
