import { ordinaryOf } from '../../lowess/ordinary.js';
import { firstAtLeast } from '../../lowess/places.js';
import { distinctInPlace, groupTies } from '../../lowess/ties.js';
import type { BiasEstimate } from '../curve/bias-curve.js';
import { InvalidInput } from '../errors.js';
import type { ComparedValues } from '../fit/fit-settings.js';
import { toColumn } from '../samples/pick.js';
import { runningMoments, slidingMoments, type WindowMoments } from '../statistics/sliding-moments.js';

/** The settings of RC-Mean. */
export interface MeanSettings {
  readonly ratio: number;
  readonly minSamples: number;
}

/** The bias as RC-Mean estimates it, and how far its windows reach. */
export interface MeanEstimate {
  readonly estimate: BiasEstimate;
  /** d: the window at c holds the samples with |c' − c| ≤ d. */
  readonly reach: number;
}

/** The samples in ascending order of the characteristic. */
interface Sorted {
  readonly distinct: Float64Array;
  readonly values: Float64Array;
  /** Less `centre`: no digits are lost to a common offset. */
  readonly rewards: Float64Array;
  readonly centre: number;
  /** Infinity where no reward is far from the others. */
  readonly limit: number;
}

/**
 * RC-Mean: b̂(c) = mean reward of all samples with |c' − c| ≤ d (method, "Estimators of b̂"), at every
 * distinct c whose window has at least `minSamples`, its ends included; linear between them. d is mean
 * |c₁ − c₂| over the pairs to be compared ÷ ratio, and the values of those pairs are looked at, too; without
 * `compared` it is the mean over all pairs of samples ({@link meanPairDistance}), which the reference draws
 * at random. The standard error at c is the standard deviation in the window over √count.
 *
 * Costs one grouping and O(n).
 *
 * @throws InvalidInput `too-few-samples` when no window of a sample holds enough.
 */
export function estimateMean(
  values: Float64Array,
  rewards: Float64Array,
  { ratio, minSamples }: MeanSettings,
  compared?: ComparedValues,
): MeanEstimate {
  const sorted = sortByValue(values, rewards);
  const reach = (compared?.meanDistance ?? meanPairDistance(sorted.values)) / ratio;
  const knots: number[] = [];
  const biases: number[] = [];
  const standardErrors: number[] = [];
  let weighted = 0;
  let supported = 0;
  const points = pointsOf(sorted.distinct, compared?.others);
  eachWindow(sorted, points, reach, (value, tied, { count, mean, variance }) => {
    if (count < minSamples) return;
    knots.push(value);
    biases.push(mean);
    standardErrors.push(Math.sqrt(variance / count));
    weighted += tied * mean;
    supported += tied;
  });
  if (supported === 0) throw tooFew(reach, minSamples);
  return {
    estimate: {
      knots: toColumn(knots),
      biases: toColumn(biases),
      standardErrors: toColumn(standardErrors),
      beyond: 'hold',
      meanBias: weighted / supported,
    },
    reach,
  };
}

/**
 * mean |c₁ − c₂| over all pairs of different samples, exactly: Σ (2i − n + 1) c₍ᵢ₎ · 2 / (n (n − 1)) over the
 * sorted values (Gini's mean difference). 0 for fewer than two.
 *
 * @param sorted ascending.
 */
export function meanPairDistance(sorted: Float64Array): number {
  const n = sorted.length;
  if (n < 2) return 0;
  let total = 0;
  for (let i = 0; i < n; i++) total += (2 * i - n + 1) * (sorted[i] - sorted[0]);
  return (2 * total) / (n * (n - 1));
}

/** How many of the ascending values lie within `reach` of c, ends included. */
export function countWithin(sorted: Float64Array, c: number, reach: number): number {
  return firstAbove(sorted, c + reach) - firstAtLeast(sorted, c - reach);
}

/** The distinct values at which windows are looked at, ascending. */
function pointsOf(distinct: Float64Array, others: Float64Array | undefined): Float64Array {
  if (others === undefined || others.length === 0) return distinct;
  const all = new Float64Array(distinct.length + others.length);
  all.set(distinct);
  all.set(others, distinct.length);
  return distinctInPlace(all.sort());
}

/**
 * Hands the window of every one of the ascending points that holds samples, and how many samples lie at the
 * point itself, to `accept`.
 */
function eachWindow(
  { values, rewards, centre, limit }: Sorted,
  points: Float64Array,
  reach: number,
  accept: (value: number, tied: number, window: WindowMoments) => void,
): void {
  const n = values.length;
  const momentsOf = limit === Number.POSITIVE_INFINITY ? runningMoments(rewards) : slidingMoments(rewards);
  let low = 0;
  let high = 0;
  let next = 0;
  for (const point of points) {
    const first = next;
    while (next < n && values[next] === point) next++;
    while (low < n && values[low] < point - reach) low++;
    while (high < n && values[high] <= point + reach) high++;
    if (low >= high) continue;
    const moments = momentsOf(low, high);
    accept(point, next - first, { ...moments, mean: moments.mean + centre });
  }
}

function sortByValue(values: Float64Array, rewards: Float64Array): Sorted {
  const { x, starts, y, centre, limit } = groupTies(values, rewards, ordinaryOf);
  const ascending = new Float64Array(values.length);
  for (let j = 0; j < x.length; j++) ascending.fill(x[j], starts[j], starts[j + 1]);
  return { distinct: x, values: ascending, rewards: y, centre, limit };
}

function firstAbove(sorted: Float64Array, limit: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

function tooFew(reach: number, minSamples: number): InvalidInput {
  return new InvalidInput(
    'too-few-samples',
    `no window of ±${reach} holds ${minSamples} samples: send more, or a smaller "ratio" or "min_samples"`,
    [],
  );
}
