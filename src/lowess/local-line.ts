import type { GroupSums } from './robustness.js';
import { type LineSums, W, WU, WUU, WUY, WY } from './window-sums/line-sums.js';
import { tricubeAt, type Windows } from './windows.js';

/** A local line, seen from its own x. */
export interface Line {
  /** The line's value at x. */
  value: number;
  /**
   * The smoother's row at x: a sample at u with tricube t and robustness weight r enters `value` with the
   * factor t · r · (level + tilt · u), u = (x' - x) / radius. At x itself, u = 0 and t = 1, so r · level is
   * the leverage of a sample. Infinite where all weights in the window are 0.
   */
  level: number;
  tilt: number;
}

/** The line has a slope only where the weighted spread exceeds this share of the range of x: R's `lowest`. */
const LEAST_SPREAD = 0.001;

/**
 * Sums from moments carry an error of some 1e-15 of the weight that the window shares with its block. Where
 * the window's own weight is below this share of it, or the spread below this share of the squared distance
 * of the window's mean from x, digits are missing, and the careful line is fitted instead.
 */
const LEAST_SHARE = 1e-4;

/** Radii whose squares neither under- nor overflow. Beyond, the careful line does what R does. */
const LEAST_RADIUS = 1e-140;
const GREATEST_RADIUS = 1e140;

/** Whether sums from moments give the line full accuracy. `shared` is the weight of the moments used. */
export function hasDigits(sums: LineSums, shared: number, radius: number): boolean {
  if (!(radius > LEAST_RADIUS && radius < GREATEST_RADIUS)) return false;
  const weight = sums[W];
  if (!(weight > LEAST_SHARE * shared)) return false;
  const mean = sums[WU] / weight;
  return sums[WUU] / weight - mean * mean > LEAST_SHARE * mean * mean;
}

/**
 * The local line from its five sums (see LineSums): with u measured from x, and the weighted mean ū and
 * spread σ² of u, its value at x is ȳ - ū · cov(u, y) / σ², or ȳ where σ · radius is at most LEAST_SPREAD of
 * the range of x. As R's `lowest`.
 */
export function lineAt(sums: LineSums, radius: number, range: number, line: Line): void {
  const scale = 1 / sums[W];
  const mean = sums[WU] * scale;
  const meanY = sums[WY] * scale;
  const spread = sums[WUU] * scale - mean * mean;
  const covariance = sums[WUY] * scale - mean * meanY;
  setLine(line, scale, mean, meanY, spread, covariance, Math.sqrt(spread) * radius > LEAST_SPREAD * range);
}

function setLine(
  line: Line,
  scale: number,
  mean: number,
  meanY: number,
  spread: number,
  covariance: number,
  sloped: boolean,
): void {
  const lever = sloped ? mean / spread : 0;
  line.value = meanY - lever * covariance;
  line.tilt = -lever * scale;
  line.level = scale - line.tilt * mean;
}

/**
 * The local line at the i-th distinct x by direct sums over its window in two passes, the mean first and the
 * spread about it second, as R's `lowest`: for the few windows whose sums from moments have lost digits, or
 * whose radius is 0 or extreme.
 *
 * Where every weight is 0 there is no line: `level` is infinite.
 */
export function carefulLine(
  x: Float64Array,
  groups: GroupSums,
  windows: Windows,
  i: number,
  line: Line,
): void {
  const range = x[x.length - 1] - x[0];
  let weight = 0;
  let weightedDistance = 0;
  let weightedY = 0;
  let farY = 0;
  for (let j = windows.first[i]; j < windows.end[i]; j++) {
    const tricube = tricubeAt(x, windows, i, j);
    weight += tricube * groups.weight[j];
    weightedDistance += tricube * groups.weight[j] * (x[j] - x[i]);
    weightedY += tricube * groups.weightedY[j];
    if (groups.far) farY += tricube * groups.far.weightedY[j];
  }
  if (!(weight > 0)) {
    line.value = 0;
    line.level = Number.POSITIVE_INFINITY;
    line.tilt = 0;
    return;
  }
  const mean = weightedDistance / weight;
  const meanY = weightedY / weight;
  let spread = 0;
  let covariance = 0;
  let farCovariance = 0;
  for (let j = windows.first[i]; j < windows.end[i]; j++) {
    const tricube = tricubeAt(x, windows, i, j);
    const distance = x[j] - x[i] - mean;
    spread += tricube * groups.weight[j] * distance * distance;
    covariance += tricube * (groups.weightedY[j] - groups.weight[j] * meanY) * distance;
    if (groups.far) farCovariance += tricube * groups.far.weightedY[j] * distance;
  }
  spread /= weight;
  covariance = (covariance + farCovariance) / weight;
  const sloped = Math.sqrt(spread) > LEAST_SPREAD * range;
  setLine(line, 1 / weight, mean, meanY + farY / weight, spread, covariance, sloped);
  line.tilt *= windows.radius[i]; // per distance until here, per u from now on
}
