import { FOLDS } from '../fit/cross-fit.js';
import { columnOf } from '../fit/estimate.js';
import { countGroups } from '../samples/group-means.js';
import { Numbering } from '../samples/numbering.js';
import { pick } from '../samples/pick.js';
import { type MeasuredSamples, measure, type RowPlace, type SampleRow } from '../samples/samples.js';
import { unusedCharacteristics } from '../samples/unused.js';

/** Two scored responses to one prompt, of which a label prefers the first. */
export interface PairRow {
  readonly chosen: SampleRow;
  readonly rejected: SampleRow;
  readonly subset?: string | undefined;
  /** Of both responses; it may as well be given with either. */
  readonly prompt?: string | undefined;
}

/** Which of a pair's responses. */
export type Side = 'chosen' | 'rejected';

/** Labelled pairs reduced to numbers. */
export interface LabelledPairs {
  /**
   * Every response once. Without `completions`: all chosen responses, then all rejected in the same order. In
   * this order (which is the reference code's) evenly thinned samples have as many of either side. Groups,
   * which stay together when folds are made, are prompts where every pair has one and they make folds; else
   * pairs.
   */
  readonly samples: MeasuredSamples;
  /** The number of each pair's prompt: labels of one prompt depend on each other. One without is its own. */
  readonly prompts: Int32Array<ArrayBuffer>;
  /** Of each pair; with `completions`, of each of their rows. */
  readonly subsets: Subsets;
  /** Where the pairs were made of rows of several completions: {@link bySide} then picks their columns. */
  readonly completions?: Completions | undefined;
}

/** Rows of completions to one prompt, and the pairs (a right and a wrong one) that they make. */
export interface Completions {
  /** The first sample of each row, and the number of samples. */
  readonly starts: Int32Array<ArrayBuffer>;
  /** How many completions of each row are right: the first ones. */
  readonly correct: Int32Array<ArrayBuffer>;
  /** Of the pairs, row after row: the samples of all right ones, then of all wrong ones. */
  readonly sides: Int32Array<ArrayBuffer>;
  /**
   * Of each row: twice the number of its prompt among the ties, one more where it is the tied row of that
   * prompt and not its reference; −1 where it is of another subset.
   */
  readonly ties: Int32Array<ArrayBuffer>;
}

/** The subset of each pair, or row of completions. */
export interface Subsets {
  /** In order of first appearance. */
  readonly names: readonly string[];
  /** For each the index of its subset's name; −1 where it has none. */
  readonly of: Int32Array<ArrayBuffer>;
}

/** The number of pairs. */
export function countPairs({ prompts }: LabelledPairs): number {
  return prompts.length;
}

/** A column of samples as all chosen and then all rejected responses: pair i is i and i + count. */
export function bySide({ completions }: LabelledPairs, column: Float64Array): Float64Array {
  return completions === undefined ? column : pick(column, completions.sides);
}

/** The samples of both responses of a pair. */
export function samplesOfPair(
  pairs: LabelledPairs,
  pair: number,
): readonly [chosen: number, rejected: number] {
  const count = countPairs(pairs);
  const sides = pairs.completions?.sides;
  return sides === undefined ? [pair, pair + count] : [sides[pair], sides[pair + count]];
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
  const samples = samplesOf(pairs, placeOf);
  const numbering = new Numbering<string>();
  const prompts = Int32Array.from(pairs, (pair) => {
    const prompt = promptOf(pair);
    return prompt === undefined ? NO_PROMPT : numbering.numberOf(prompt);
  });
  const measured = { ...measure(samples, names), unused: unusedCharacteristics(samples, names) };
  return assemblePairs(measured, prompts, subsetsOf(pairs));
}

/** Both responses of pairs as rows: all chosen, then all rejected. */
export function samplesOf(pairs: readonly PairRow[], placeOf: (pair: number, side: Side) => RowPlace) {
  const count = pairs.length;
  const rows = new Array<SampleRow>(2 * count);
  for (let i = 0; i < count; i++) {
    rows[i] = pairs[i].chosen;
    rows[i + count] = pairs[i].rejected;
  }
  return {
    rows,
    placeOf: (row: number) => (row < count ? placeOf(row, 'chosen') : placeOf(row - count, 'rejected')),
  };
}

/** The number of the prompt of a pair that names none. */
export const NO_PROMPT = -1;

/**
 * Labelled pairs from their numbers.
 *
 * @param measured all chosen and then all rejected responses.
 * @param named the prompts as any numbers from 0; {@link NO_PROMPT} where a pair names none.
 */
export function assemblePairs(
  measured: MeasuredSamples,
  named: Int32Array<ArrayBuffer>,
  subsets: Subsets,
): LabelledPairs {
  const areNamed = !named.includes(NO_PROMPT) && countGroups(named) >= FOLDS;
  const groups = areNamed ? twice(named) : twice(named.map((_, pair) => pair));
  return { samples: { ...measured, groups }, prompts: withOwnPrompts(named), subsets };
}

function twice(numbers: Int32Array): Int32Array<ArrayBuffer> {
  const both = new Int32Array(2 * numbers.length);
  both.set(numbers);
  both.set(numbers, numbers.length);
  return both;
}

/** A pair that names no prompt gets one of its own; all are numbered in order of first appearance. */
function withOwnPrompts(named: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const known = new Int32Array(named.reduce((most, number) => Math.max(most, number), NO_PROMPT) + 1).fill(
    NO_PROMPT,
  );
  let next = 0;
  return named.map((number) => {
    if (number === NO_PROMPT) return next++;
    if (known[number] === NO_PROMPT) known[number] = next++;
    return known[number];
  });
}

/** The prompt of a pair, wherever it is given. */
export function promptOf({ prompt, chosen, rejected }: PairRow): string | undefined {
  return prompt ?? chosen.prompt ?? rejected.prompt;
}

function subsetsOf(pairs: readonly PairRow[]): Subsets {
  const numbering = new Numbering<string>();
  const of = Int32Array.from(pairs, ({ subset }) => (subset === undefined ? -1 : numbering.numberOf(subset)));
  return { names: numbering.names, of };
}

/** c(chosen) − c(rejected) of every pair. */
export function differences(pairs: LabelledPairs, characteristic: string): Float64Array {
  const values = bySide(pairs, columnOf(pairs.samples, characteristic));
  const count = countPairs(pairs);
  return values.subarray(0, count).map((value, i) => value - values[i + count]);
}
