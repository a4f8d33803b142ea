import { sideOf, type WeightTaken } from './robust-weight.js';
import { percent, type Warning } from './warning.js';

/**
 * Robust iterations take 11% of the weight from normal noise and 17% from Laplace noise. A larger share is
 * more than a heavy tail.
 */
const HEAVY_REMOVAL = 0.22;

/** `heavy-robust-weights`. */
export function weightWarnings(taken: WeightTaken): Warning[] {
  if (taken.share <= HEAVY_REMOVAL) return [];
  const message = `the robust iterations took ${percent(taken.share)} of the weight, ${sideOf(taken)}; from normal noise they take 11%. The curve is that of the other rewards: if those that lost their weight are no outliers but a part of the reward model, it is not the bias. Compare "iterations": 0, or take "auto".`;
  return [{ code: 'heavy-robust-weights', message }];
}
