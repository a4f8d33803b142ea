import { FOLDS } from '../fit/cross-fit.js';
import { columnOf } from '../fit/estimate.js';
import { countGroups } from '../samples/group-means.js';
import { Numbering } from '../samples/numbering.js';
import {
  type MeasuredSamples,
  measure,
  numberNames,
  type RowPlace,
  type SampleRow,
} from '../samples/samples.js';
import { unusedCharacteristics } from '../samples/unused.js';

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
   * All chosen responses, then all rejected in the same order: `rewards[i]` and `rewards[i + count]` are a
   * pair. In this order (which is the reference code's) evenly thinned samples have as many of either side.
   * Groups, which stay together when folds are made, are prompts where every pair has one and they make
   * folds; else pairs.
   */
  readonly samples: MeasuredSamples;
  /** The number of each pair's prompt: labels of one prompt depend on each other. One without is its own. */
  readonly prompts: Int32Array<ArrayBuffer>;
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
  const rows = new Array<SampleRow>(2 * count);
  for (let i = 0; i < count; i++) {
    rows[i] = pairs[i].chosen;
    rows[i + count] = pairs[i].rejected;
  }
  const samples = {
    rows,
    placeOf: (row: number) => (row < count ? placeOf(row, 'chosen') : placeOf(row - count, 'rejected')),
  };
  const named = numberNames(2 * count, (row) => promptOf(pairs[row % count]));
  const groups = named !== undefined && countGroups(named) >= FOLDS ? named : pairNumbers(count);
  const unused = unusedCharacteristics(samples, names);
  return {
    samples: { ...measure(samples, names), groups, unused },
    prompts: promptsOf(pairs),
    subsets: subsetsOf(pairs),
  };
}

/** The prompts of the pairs by number; a pair that names none has one of its own. */
function promptsOf(pairs: readonly PairRow[]): Int32Array<ArrayBuffer> {
  // Names are text: a number is none of them.
  const numbering = new Numbering<string | number>();
  return Int32Array.from(pairs, (pair, i) => numbering.numberOf(promptOf(pair) ?? i));
}

/** The prompt of a pair may be given with either response. */
function promptOf({ chosen, rejected }: PairRow): string | undefined {
  return chosen.prompt ?? rejected.prompt;
}

/** Each pair its own group. */
function pairNumbers(count: number): Int32Array<ArrayBuffer> {
  const numbers = new Int32Array(2 * count);
  for (let row = 0; row < numbers.length; row++) numbers[row] = row % count;
  return numbers;
}

function subsetsOf(pairs: readonly PairRow[]): Subsets {
  const numbering = new Numbering<string>();
  const of = Int32Array.from(pairs, ({ subset }) => (subset === undefined ? -1 : numbering.numberOf(subset)));
  return { names: numbering.names, of };
}

/** c(chosen) − c(rejected) of every pair. */
export function differences(pairs: LabelledPairs, characteristic: string): Float64Array {
  const values = columnOf(pairs.samples, characteristic);
  const count = countPairs(pairs);
  return values.subarray(0, count).map((value, i) => value - values[i + count]);
}
