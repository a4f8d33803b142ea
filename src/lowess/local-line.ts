import type { GroupSums } from './robustness.js';
import type { Windows } from './windows.js';

/** The slope is used only where the window's weighted spread exceeds this share of the range of x: R's `lowest`. */
export const LEAST_SPREAD = 0.001;

/**
 * The local line of Cleveland (1979) at the i-th distinct x, by direct sums over its window:
 * with w = tricube(|x' - x| / radius) · robustness weight, the value at x of the line that minimises
 * Σ w (y - a - b x')². In two passes (the centre first, the spread about it second), as R's `lowest`.
 *
 * Where every weight is 0 it is `y[first sample of the group]`, as in R; where the points spread too little for a
 * slope (`LEAST_SPREAD`), or the radius is 0, it is the weighted mean.
 */
export function localLineDirect(
  x: Float64Array,
  sums: GroupSums,
  windows: Windows,
  i: number,
  firstY: number,
): number {
  const first = windows.first[i];
  const end = windows.end[i];
  let weight = 0;
  let weightedX = 0;
  let weightedY = 0;
  for (let j = first; j < end; j++) {
    const tricube = tricubeAt(x, windows, i, j);
    weight += tricube * sums.weight[j];
    weightedX += tricube * sums.weight[j] * (x[j] - x[i]);
    weightedY += tricube * sums.weightedY[j];
  }
  if (!(weight > 0)) return firstY;
  const mean = weightedX / weight;
  const meanY = weightedY / weight;
  let spread = 0;
  let covariance = 0;
  for (let j = first; j < end; j++) {
    const tricube = tricubeAt(x, windows, i, j);
    const distance = x[j] - x[i] - mean;
    spread += tricube * sums.weight[j] * distance * distance;
    covariance += tricube * (sums.weightedY[j] - sums.weight[j] * meanY) * distance;
  }
  const range = x[x.length - 1] - x[0];
  if (!(Math.sqrt(spread / weight) > LEAST_SPREAD * range)) return meanY;
  return meanY - (mean * covariance) / spread;
}

/** tricube(u) = (1 - u³)³ of group j in the window of group i; 1 in the window's core. */
function tricubeAt(x: Float64Array, windows: Windows, i: number, j: number): number {
  if (j >= windows.coreFirst[i] && j < windows.coreEnd[i]) return 1;
  const u = Math.abs(x[j] - x[i]) / windows.radius[i];
  const v = 1 - u * u * u;
  return v * v * v;
}
