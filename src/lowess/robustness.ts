import type { ResidualScale } from './residuals.js';
import type { TiedSamples } from './ties.js';

/** A weight, and a sum weighted by it, for each group. */
export interface WeightedSums {
  readonly weight: Float64Array;
  readonly weightedY: Float64Array;
}

/** What a local line needs to know of each group: sums over its samples. */
export interface GroupSums extends WeightedSums {
  /** Σ robustness weight. */
  readonly weight: Float64Array;
  /** Σ robustness weight · (y - centre) of the ordinary samples. */
  readonly weightedY: Float64Array;
  /** The same of the far samples; undefined where none is far. */
  readonly far: FarSums | undefined;
}

/** Sums over the far samples of each group (see `Ordinary`): beside one, others would keep no digit. */
export interface FarSums extends WeightedSums {
  /** The groups that have far samples, ascending. */
  readonly groups: readonly number[];
  /** Σ robustness weight · |y - centre|. */
  readonly weight: Float64Array;
  /** Σ robustness weight · (y - centre). */
  readonly weightedY: Float64Array;
}

/** The source of robustness weights: the curve of the pass before, and the scale of its residuals. */
export interface WeighedBy {
  readonly fitted: Float64Array;
  readonly scale: ResidualScale;
}

/** Bisquare weights vanish at this many median |residual|: Cleveland (1979), section 2. */
export const MEDIANS_TO_ZERO = 6;

/**
 * Bisquare is 0 beyond this share of 6 · median |residual| and 1 within the other: `c9` and `c1` of R's
 * `clowess`.
 */
const OUTER_SHARE = 0.999;
const INNER_SHARE = 0.001;

/**
 * A bisquare width below this share of mean |residual| counts as zero and ends the iterations: R's `clowess`.
 */
const NEGLIGIBLE_WIDTH = 1e-7;

/** Group sums with every robustness weight 1: counts and sums of y. */
export function plainSums(samples: TiedSamples): GroupSums {
  const { starts, y, limit } = samples;
  const m = samples.x.length;
  const isSplit = limit < Number.POSITIVE_INFINITY;
  const far = isSplit ? noFarSums(samples) : undefined;
  const sums = { weight: new Float64Array(m), weightedY: new Float64Array(m), far };
  for (let j = 0; j < m; j++) {
    const end = starts[j + 1];
    let sum = 0;
    for (let i = starts[j]; i < end; i++) sum += y[i];
    sums.weight[j] = end - starts[j];
    sums.weightedY[j] = sum;
  }
  if (far) splitFar(samples, { ...sums, far }, () => 1);
  return sums;
}

function noFarSums({ x, starts, y, limit }: TiedSamples): FarSums {
  const groups: number[] = [];
  for (let j = 0; j < x.length; j++) {
    let i = starts[j];
    while (i < starts[j + 1] && Math.abs(y[i]) <= limit) i++;
    if (i < starts[j + 1]) groups.push(j);
  }
  return { groups, weight: new Float64Array(x.length), weightedY: new Float64Array(x.length) };
}

/** Moves the far samples of every group that has some from its sums to those apart. */
function splitFar(
  { starts, y, limit }: TiedSamples,
  { weightedY, far }: { readonly weightedY: Float64Array; readonly far: FarSums },
  weightOf: (i: number, j: number) => number,
): void {
  far.weight.fill(0);
  far.weightedY.fill(0);
  for (const j of far.groups) {
    let ordinary = 0;
    for (let i = starts[j]; i < starts[j + 1]; i++) {
      const part = weightOf(i, j) * y[i];
      if (Math.abs(y[i]) <= limit) ordinary += part;
      else addFar(far, j, part);
    }
    weightedY[j] = ordinary;
  }
}

function addFar({ weight, weightedY }: FarSums, j: number, y: number): void {
  weight[j] += Math.abs(y);
  weightedY[j] += y;
}

/**
 * Rounding errors of the residuals, in shares of the greatest |y - centre| for the arithmetic and of |centre|
 * for y itself, with hundreds of units in the last place to spare. Where a curve passes through all samples,
 * R's `lowess` weighs them by such errors and drops some; here the iterations stop.
 */
const ROUNDING_OF_REACH = 1e-13;
const ROUNDING_OF_CENTRE = 1e-14;

/**
 * Where the bisquare width is of rounding size, mean |residual| must be below this share of the reach, too.
 * Otherwise the residuals are real, and the iterations go on, as in R.
 */
const NEGLIGIBLE_MEAN = 1e-10;

/**
 * True where no reweighting is possible: more than half of the residuals are as good as zero, as in R, or all
 * of them are rounding errors.
 *
 * Never where samples are far: mean |residual| is theirs, and R's rule would stop before they lose their
 * weight, with the curve near them as they bent it.
 */
export function isNegligible(scale: ResidualScale, samples: TiedSamples): boolean {
  if (hasFar(samples)) return false;
  const width = MEDIANS_TO_ZERO * scale.median;
  if (width < NEGLIGIBLE_WIDTH * scale.mean) return true;
  const rounding = roundingOf(samples, samples.reach);
  return width <= rounding && scale.mean <= Math.max(rounding, NEGLIGIBLE_MEAN * samples.reach);
}

/**
 * Where bisquare vanishes: at 6 · median |residual|. Beside far samples a median of rounding size (a curve
 * through most of the others) says nothing of those that a bent curve leaves: then what is farther than any
 * ordinary sample has no weight.
 */
export function bisquareWidth(scale: ResidualScale, samples: TiedSamples): number {
  const width = MEDIANS_TO_ZERO * scale.median;
  return hasFar(samples) && width <= roundingOf(samples, samples.limit) ? samples.limit : width;
}

function hasFar({ limit }: TiedSamples): boolean {
  return limit < Number.POSITIVE_INFINITY;
}

function roundingOf({ centre }: TiedSamples, reach: number): number {
  return ROUNDING_OF_REACH * reach + ROUNDING_OF_CENTRE * Math.abs(centre);
}

/**
 * Overwrites `sums` with those of the bisquare robustness weights (1 - (residual / (6 · median
 * |residual|))²)² and returns the total of these weights over all samples.
 *
 * @param squares gets Σ (robustness weight)² of each group.
 */
export function reweigh(
  samples: TiedSamples,
  fitted: Float64Array,
  scale: ResidualScale,
  sums: GroupSums,
  squares?: Float64Array,
): number {
  const { starts, y } = samples;
  const { weightedY: sumsOfY, far } = sums;
  const width = bisquareWidth(scale, samples);
  let total = 0;
  for (let j = 0; j < fitted.length; j++) {
    const end = starts[j + 1];
    let weight = 0;
    let weightedY = 0;
    let squared = 0;
    for (let i = starts[j]; i < end; i++) {
      const weightOfSample = bisquare(Math.abs(y[i] - fitted[j]), width);
      weight += weightOfSample;
      weightedY += weightOfSample * y[i];
      squared += weightOfSample * weightOfSample;
    }
    sums.weight[j] = weight;
    sumsOfY[j] = weightedY;
    if (squares) squares[j] = squared;
    total += weight;
  }
  const weightOf = (i: number, j: number) => bisquare(Math.abs(y[i] - fitted[j]), width);
  if (far) splitFar(samples, { weightedY: sumsOfY, far }, weightOf);
  return total;
}

/** The robustness weight of a sample with |residual| = size, given 6 · median |residual| = width. */
export function bisquare(size: number, width: number): number {
  if (size > OUTER_SHARE * width) return 0;
  if (size <= INNER_SHARE * width) return 1;
  const u = size / width;
  return (1 - u * u) * (1 - u * u);
}

/** Hands the robustness weight of every sample i, of group j, to `accept`: those that `reweigh` summed. */
export function eachWeight(
  samples: TiedSamples,
  fitted: Float64Array,
  scale: ResidualScale,
  accept: (j: number, i: number, weight: number) => void,
): void {
  const { starts, y } = samples;
  const width = bisquareWidth(scale, samples);
  for (let j = 0; j < fitted.length; j++) {
    for (let i = starts[j]; i < starts[j + 1]; i++) accept(j, i, bisquare(Math.abs(y[i] - fitted[j]), width));
  }
}
