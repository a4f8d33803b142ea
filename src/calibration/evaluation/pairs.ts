import { FOLDS } from '../fit/cross-fit.js';
import { columnOf } from '../fit/estimate.js';
import {
  groupsOf,
  type MeasuredSamples,
  measure,
  type RowPlace,
  type SampleRow,
} from '../samples/samples.js';

/** Two scored responses to one prompt, of which a label prefers the first. */
export interface PairRow {
  readonly chosen: SampleRow;
  readonly rejected: SampleRow;
  readonly subset?: string | undefined;
}

/** Which of a pair's responses. */
export type Side = 'chosen' | 'rejected';

/** Labelled pairs reduced to numbers. */
export interface LabelledPairs {
  /**
   * All chosen responses, then all rejected in the same order: `rewards[i]` and `rewards[i + count]` are a pair. In this order
   * (which is the reference code's) evenly thinned samples have as many of either side. Groups, which
   * stay together when folds are made, are prompts where every pair has one and they make folds; else pairs.
   */
  readonly samples: MeasuredSamples;
  readonly subsets: Subsets;
}

/** The subset of each pair. */
export interface Subsets {
  /** In order of first appearance. */
  readonly names: readonly string[];
  /** For each pair the index of its subset's name; −1 where it has none. */
  readonly of: Int32Array<ArrayBuffer>;
}

/** The number of pairs. */
export function countPairs({ subsets }: LabelledPairs): number {
  return subsets.of.length;
}

/**
 * Reduces pairs to numbers, with the characteristics asked for.
 *
 * @param placeOf where a response stands in what the caller sent.
 * @throws InvalidInput as {@link measure}.
 */
export function measurePairs(
  pairs: readonly PairRow[],
  names: readonly string[],
  placeOf: (pair: number, side: Side) => RowPlace,
): LabelledPairs {
  const count = pairs.length;
  const rows = [...pairs.map(withPrompt('chosen')), ...pairs.map(withPrompt('rejected'))];
  const samples = {
    rows,
    placeOf: (row: number) => (row < count ? placeOf(row, 'chosen') : placeOf(row - count, 'rejected')),
  };
  const prompts = groupsOf(samples);
  const groups =
    prompts !== undefined && new Set(prompts).size >= FOLDS
      ? prompts
      : Int32Array.from(rows, (_, row) => row % count);
  return { samples: { ...measure(samples, names), groups }, subsets: subsetsOf(pairs) };
}

/** A response with its pair's prompt, which may be said of either response. */
function withPrompt(side: Side): (pair: PairRow) => SampleRow {
  return (pair) => ({ ...pair[side], prompt: pair.chosen.prompt ?? pair.rejected.prompt });
}

function subsetsOf(pairs: readonly PairRow[]): Subsets {
  const numbers = new Map<string, number>();
  const of = Int32Array.from(pairs, ({ subset }) => {
    if (subset === undefined) return -1;
    const number = numbers.get(subset) ?? numbers.size;
    numbers.set(subset, number);
    return number;
  });
  return { names: [...numbers.keys()], of };
}

/** c(chosen) − c(rejected) of every pair. */
export function differences(pairs: LabelledPairs, characteristic: string): Float64Array {
  const values = columnOf(pairs.samples, characteristic);
  const count = countPairs(pairs);
  return Float64Array.from({ length: count }, (_, i) => values[i] - values[i + count]);
}

/** mean |c(chosen) − c(rejected)| over the pairs: what RC-Mean's windows are measured by. */
export function meanDistance(pairs: LabelledPairs, characteristic: string): number {
  const distances = differences(pairs, characteristic);
  return distances.reduce((sum, distance) => sum + Math.abs(distance) / distances.length, 0);
}
