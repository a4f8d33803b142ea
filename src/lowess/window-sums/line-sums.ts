import type { WeightedSums } from '../robustness.js';
import { POWERS } from './shift.js';
import { setTricube, TRICUBE_COEFFICIENTS } from './tricube.js';

/**
 * The five sums of a local line at x, over the window's samples with w = tricube(|u|) · robustness weight and
 * u = (x' - x) / radius, signed: Σw, Σwu, Σwu², Σwy, Σwuy.
 */
export type LineSums = Float64Array;

/** Places in LineSums. */
export const W = 0;
export const WU = 1;
export const WUU = 2;
export const WY = 3;
export const WUY = 4;

/** Runs of groups to be summed one by one: `count` pairs of bounds [from, to). */
export interface DirectRuns {
  readonly bounds: Int32Array;
  count: number;
}

/**
 * Sets the sums over the groups of `runs` about x = `at`, each with its own tricube (1 - |u|³)³; `scale` is
 * 1 / radius.
 */
export function sumTricube(
  sums: LineSums,
  x: Float64Array,
  groups: WeightedSums,
  runs: DirectRuns,
  at: number,
  scale: number,
): void {
  const { weight, weightedY } = groups;
  let w = 0;
  let wu = 0;
  let wuu = 0;
  let wy = 0;
  let wuy = 0;
  for (let r = 0; r < runs.count; r++) {
    const to = runs.bounds[2 * r + 1];
    for (let j = runs.bounds[2 * r]; j < to; j++) {
      const u = (x[j] - at) * scale;
      const uu = u * u;
      const v = 1 - Math.abs(u) * uu;
      const tricube = v * v * v;
      const a = tricube * weight[j];
      const b = tricube * weightedY[j];
      w += a;
      wu += a * u;
      wuu += a * uu;
      wy += b;
      wuy += b * u;
    }
  }
  sums[W] = w;
  sums[WU] = wu;
  sums[WUU] = wuu;
  sums[WY] = wy;
  sums[WUY] = wuy;
}

/** Raises the tricube of the groups [from, to), already in the sums, to 1: they lie in the core. */
export function raiseToOne(
  sums: LineSums,
  x: Float64Array,
  groups: WeightedSums,
  from: number,
  to: number,
  at: number,
  scale: number,
): void {
  const { weight, weightedY } = groups;
  let w = 0;
  let wu = 0;
  let wuu = 0;
  let wy = 0;
  let wuy = 0;
  for (let j = from; j < to; j++) {
    const u = (x[j] - at) * scale;
    const uu = u * u;
    const cube = Math.abs(u) * uu;
    const missing = cube * (3 - cube * (3 - cube)); // 1 - (1 - |u|³)³
    const a = missing * weight[j];
    const b = missing * weightedY[j];
    w += a;
    wu += a * u;
    wuu += a * uu;
    wy += b;
    wuy += b * u;
  }
  sums[W] += w;
  sums[WU] += wu;
  sums[WUU] += wuu;
  sums[WY] += wy;
  sums[WUY] += wuy;
}

/** Adds a run of groups in the core (tricube 1) from its moments; u = alpha · z + beta. */
export function addCoreMoments(
  sums: LineSums,
  moments: Float64Array,
  from: number,
  alpha: number,
  beta: number,
): void {
  const w0 = moments[from];
  const w1 = moments[from + 1];
  const y0 = moments[from + POWERS];
  sums[W] += w0;
  sums[WU] += alpha * w1 + beta * w0;
  sums[WUU] += alpha * alpha * moments[from + 2] + 2 * alpha * beta * w1 + beta * beta * w0;
  sums[WY] += y0;
  sums[WUY] += alpha * moments[from + POWERS + 1] + beta * y0;
}

const tricube = new Float64Array(TRICUBE_COEFFICIENTS);

/**
 * Adds a run of groups on one side of x (`side` is -1 or 1) from its moments: |u| = αz + β in [0, 1] over the
 * run, so tricube is the polynomial (1 - (αz + β)³)³ in z, and Σw, Σw|u|, Σwy, Σw|u|y are dot products of its
 * coefficients, and of those times (αz + β), with the moments; Σwu² takes one factor (αz + β) more.
 */
export function addSideMoments(
  sums: LineSums,
  moments: Float64Array,
  from: number,
  alpha: number,
  beta: number,
  side: number,
): void {
  setTricube(tricube, alpha, beta);
  const t0 = tricube[0];
  const t1 = tricube[1];
  const t2 = tricube[2];
  const t3 = tricube[3];
  const t4 = tricube[4];
  const t5 = tricube[5];
  const t6 = tricube[6];
  const t7 = tricube[7];
  const t8 = tricube[8];
  const t9 = tricube[9];
  const a = moments;
  const b = from + POWERS;
  const a1 = a[from + 1];
  const a2 = a[from + 2];
  const a3 = a[from + 3];
  const a4 = a[from + 4];
  const a5 = a[from + 5];
  const a6 = a[from + 6];
  const a7 = a[from + 7];
  const a8 = a[from + 8];
  const a9 = a[from + 9];
  const a10 = a[from + 10];
  // Σ tricube · z^p: every further power of z shifts the moments by one
  const s0 =
    t0 * a[from] + t1 * a1 + t2 * a2 + t3 * a3 + t4 * a4 + t5 * a5 + t6 * a6 + t7 * a7 + t8 * a8 + t9 * a9;
  const s1 =
    t0 * a1 + t1 * a2 + t2 * a3 + t3 * a4 + t4 * a5 + t5 * a6 + t6 * a7 + t7 * a8 + t8 * a9 + t9 * a10;
  const s2 =
    t0 * a2 +
    t1 * a3 +
    t2 * a4 +
    t3 * a5 +
    t4 * a6 +
    t5 * a7 +
    t6 * a8 +
    t7 * a9 +
    t8 * a10 +
    t9 * a[from + 11];
  sums[W] += s0;
  sums[WU] += side * (alpha * s1 + beta * s0);
  sums[WUU] += alpha * alpha * s2 + 2 * alpha * beta * s1 + beta * beta * s0;
  const b1 = a[b + 1];
  const b2 = a[b + 2];
  const b3 = a[b + 3];
  const b4 = a[b + 4];
  const b5 = a[b + 5];
  const b6 = a[b + 6];
  const b7 = a[b + 7];
  const b8 = a[b + 8];
  const b9 = a[b + 9];
  const y0 =
    t0 * a[b] + t1 * b1 + t2 * b2 + t3 * b3 + t4 * b4 + t5 * b5 + t6 * b6 + t7 * b7 + t8 * b8 + t9 * b9;
  const y1 =
    t0 * b1 + t1 * b2 + t2 * b3 + t3 * b4 + t4 * b5 + t5 * b6 + t6 * b7 + t7 * b8 + t8 * b9 + t9 * a[b + 10];
  sums[WY] += y0;
  sums[WUY] += side * (alpha * y1 + beta * y0);
}
