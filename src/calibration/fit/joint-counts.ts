import type { MeasuredSamples } from '../samples/samples.js';
import { columnOf } from './estimate.js';
import type { FitSettings } from './fit-settings.js';

/** Bins of a column: at most so many. */
export const MAX_BINS = 32;

/** How many samples lie in each pair of bins of two columns. */
export interface JointCounts {
  /** Strictly ascending; one more than the bins. */
  readonly characteristicEdges: Float64Array;
  readonly rewardEdges: Float64Array;
  /** Whole numbers: a row for each bin of the characteristic, in it one for each bin of the reward. */
  readonly counts: readonly Uint32Array[];
}

/** The joint counts of the first characteristic of a fit and the raw reward. */
export function jointCountsOf(samples: MeasuredSamples, { characteristics }: FitSettings): JointCounts {
  return countJointly(columnOf(samples, characteristics[0].name), samples.rewards);
}

/**
 * The joint counts of two columns over their own quantile bins: enough for a plot, or to see whether later
 * samples lie elsewhere, without a sample of it.
 *
 * @param characteristic finite, at least one value.
 * @param rewards as long, finite.
 */
export function countJointly(characteristic: Float64Array, rewards: Float64Array): JointCounts {
  const characteristicEdges = quantileEdges(characteristic);
  const rewardEdges = quantileEdges(rewards);
  const width = rewardEdges.length - 1;
  const counts = Array.from({ length: characteristicEdges.length - 1 }, () => new Uint32Array(width));
  for (let i = 0; i < rewards.length; i++)
    counts[binOf(characteristic[i], characteristicEdges)][binOf(rewards[i], rewardEdges)]++;
  return { characteristicEdges, rewardEdges, counts };
}

/**
 * The edges e₀ < … < e_m of m ≤ {@link MAX_BINS} bins, about equally full. With x the n values in ascending
 * order, a bin begins with each x[⌊k·n ÷ 32⌋], k = 1 … 31, and all values equal to it; its edge lies halfway
 * between it and the greatest value below it. Where there is none below it (it is the least), or where it is
 * that of an earlier k, no bin begins: values that repeat make fewer bins, and a value that fills one stands
 * alone or at its beginning. e₀ and e_m are the least and the greatest value. Without repeated values bins
 * have ⌊n ÷ 32⌋ or ⌈n ÷ 32⌉ of them.
 *
 * Equal values all have one bin, which needs two edges: see {@link edgesOfConstant}.
 */
function quantileEdges(values: Float64Array): Float64Array {
  const sorted = values.slice().sort();
  const n = sorted.length;
  const [least, greatest] = [sorted[0], sorted[n - 1]];
  if (least === greatest) return positiveZeros(edgesOfConstant(least));
  const edges = [least];
  for (let k = 1; k < MAX_BINS; k++) {
    const first = firstOfRun(sorted, Math.floor((k * n) / MAX_BINS));
    if (first === 0) continue;
    const edge = halfway(sorted[first - 1], sorted[first]);
    // Of neighbouring doubles the greater one is the edge. As the greatest value it is the last edge already.
    if (edge > edges[edges.length - 1] && edge < greatest) edges.push(edge);
  }
  return positiveZeros(Float64Array.from([...edges, greatest]));
}

/** JSON has no −0. */
function positiveZeros(edges: Float64Array): Float64Array {
  return edges.map((edge) => edge + 0);
}

/** The value and a number beside it: the one bin is as narrow as doubles allow, towards zero. */
function edgesOfConstant(value: number): Float64Array {
  const step = Math.max(Math.abs(value) * Number.EPSILON, Number.MIN_VALUE);
  return value > 0 ? Float64Array.of(value - step, value) : Float64Array.of(value, value + step);
}

/** The index of the first value that equals the one at `index`. */
function firstOfRun(sorted: Float64Array, index: number): number {
  const value = sorted[index];
  let low = 0;
  let high = index;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Above `low` and at most `high`; no sum overflows. */
function halfway(low: number, high: number): number {
  const middle = low / 2 + high / 2;
  return middle > low ? middle : high;
}

/** The bin j of a value within the edges: e_j ≤ value < e_(j+1), or in the last one value ≤ e_(j+1). */
function binOf(value: number, edges: Float64Array): number {
  let low = 0;
  let high = edges.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (edges[middle] <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}
