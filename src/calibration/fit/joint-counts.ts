import type { MeasuredSamples } from '../samples/samples.js';
import { SortedAt, Steps } from '../statistics/steps.js';
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
  const rows = quantileBins(characteristic);
  const columns = quantileBins(rewards);
  const width = columns.edges.length - 1;
  const height = rows.edges.length - 1;
  const counts = new Uint32Array(width * height);
  const binOfCharacteristic = binsOf(characteristic, rows);
  const binOfReward = binsOf(rewards, columns);
  for (let i = 0; i < rewards.length; i++) counts[width * binOfCharacteristic[i] + binOfReward[i]]++;
  return {
    characteristicEdges: rows.edges,
    rewardEdges: columns.edges,
    counts: rowsOf(counts, height, width),
  };
}

/**
 * The joint counts of other samples in the bins of earlier ones, to compare both. The outermost edges move
 * out to the least and the greatest of these values, where those lie outside.
 *
 * @param characteristic finite, at least one value.
 * @param rewards as long, finite.
 */
export function countJointlyIn(
  { characteristicEdges, rewardEdges }: Pick<JointCounts, 'characteristicEdges' | 'rewardEdges'>,
  characteristic: Float64Array,
  rewards: Float64Array,
): JointCounts {
  const width = rewardEdges.length - 1;
  const height = characteristicEdges.length - 1;
  const counts = new Uint32Array(width * height);
  for (let i = 0; i < rewards.length; i++)
    counts[width * findBin(characteristic[i], characteristicEdges) + findBin(rewards[i], rewardEdges)]++;
  return {
    characteristicEdges: widened(characteristicEdges, characteristic),
    rewardEdges: widened(rewardEdges, rewards),
    counts: rowsOf(counts, height, width),
  };
}

function widened(edges: Float64Array, values: Float64Array): Float64Array {
  const wide = edges.slice();
  const last = edges.length - 1;
  for (const value of values) {
    // No −0, which JSON does not have.
    if (value < wide[0]) wide[0] = value + 0;
    if (value > wide[last]) wide[last] = value + 0;
  }
  return wide;
}

function rowsOf(counts: Uint32Array, height: number, width: number): Uint32Array[] {
  return Array.from({ length: height }, (_, row) => counts.slice(width * row, width * (row + 1)));
}

/** How many samples lie in each bin of the characteristic, and in each bin of the reward. */
export function marginsOf({ counts, rewardEdges }: JointCounts): {
  readonly characteristic: Float64Array;
  readonly reward: Float64Array;
} {
  const characteristic = new Float64Array(counts.length);
  const reward = new Float64Array(rewardEdges.length - 1);
  counts.forEach((row, i) => {
    row.forEach((count, j) => {
      characteristic[i] += count;
      reward[j] += count;
    });
  });
  return { characteristic, reward };
}

/** Bins, and how to find that of a value without a search. */
interface QuantileBins {
  readonly edges: Float64Array;
  readonly steps: Steps;
  /** The bin of all values of a step, or {@link SEVERAL}. */
  readonly binOfStep: Int8Array;
}

/** A step that an edge divides. */
const SEVERAL = -1;

function quantileBins(values: Float64Array): QuantileBins {
  const steps = new Steps(values);
  const edges = quantileEdges(values, steps);
  const binOfStep = new Int8Array(steps.counts.length);
  let bin = 0;
  for (let step = 0; step < binOfStep.length; step++) {
    const before = bin;
    while (bin < edges.length - 2 && steps.of(edges[bin + 1]) === step) bin++;
    binOfStep[step] = bin === before ? bin : SEVERAL;
  }
  return { edges, steps, binOfStep };
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
function quantileEdges(values: Float64Array, steps: Steps): Float64Array {
  const n = values.length;
  const ranks = Array.from({ length: MAX_BINS - 1 }, (_, k) => Math.floor(((k + 1) * n) / MAX_BINS));
  const sorted = new SortedAt(values, steps, ranks);
  const { least, greatest } = sorted;
  if (least === greatest) return positiveZeros(edgesOfConstant(least));
  const edges = [least];
  for (const rank of ranks) {
    const { value, below } = sorted.at(rank);
    if (below === undefined) continue;
    const edge = halfway(below, value);
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

/** Above `low` and at most `high`; no sum overflows. */
function halfway(low: number, high: number): number {
  const middle = low / 2 + high / 2;
  return middle > low ? middle : high;
}

/** The bin of each value: that of its step, or by a search of the edges where one divides the step. */
function binsOf(values: Float64Array, { edges, steps: { each }, binOfStep }: QuantileBins): Int8Array {
  const bins = new Int8Array(values.length);
  for (let i = 0; i < bins.length; i++) {
    const bin = binOfStep[each[i]];
    bins[i] = bin === SEVERAL ? findBin(values[i], edges) : bin;
  }
  return bins;
}

/**
 * The bin j of a value: e_j ≤ value < e_(j+1), or in the last one value ≤ e_(j+1). The outermost bins take
 * what lies outside.
 */
export function findBin(value: number, edges: Float64Array): number {
  let low = 0;
  let high = edges.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (edges[middle] <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}
