import type { BiasEstimate } from '../curve/bias-curve.js';

/**
 * The linear baseline: b̂(c) = penalty · c for every c (method, "Estimators of b̂"; the paper's length
 * penalty, 0.001 a character). Nothing is estimated, so nothing is extrapolated.
 */
export function estimatePenalty(values: Float64Array, penalty: number): BiasEstimate {
  const mean = values.reduce((total, value) => total + value / values.length, 0);
  return {
    knots: Float64Array.of(0, 1),
    biases: Float64Array.of(0, penalty),
    beyond: 'line',
    meanBias: penalty * mean,
  };
}
