import type { MeasuredSamples } from '../samples/samples.js';
import type { Completions, LabelledPairs, Subsets } from './pairs.js';

/** Rows of completions as numbers. */
export interface CompletionRows {
  /** How many completions each row has. */
  readonly sizes: Int32Array;
  /** How many of them are right: the first ones; at least one, and fewer than all. */
  readonly correct: Int32Array<ArrayBuffer>;
  /** See `Completions`. */
  readonly ties: Int32Array<ArrayBuffer>;
  readonly subsets: Subsets;
}

/** How many pairs rows make: every right completion with every wrong one. */
export function countCompletionPairs({ sizes, correct }: Pick<CompletionRows, 'sizes' | 'correct'>): number {
  let count = 0;
  for (let row = 0; row < sizes.length; row++) count += correct[row] * (sizes[row] - correct[row]);
  return count;
}

/**
 * Rows of completions as labelled pairs. Every completion is one sample, which is fitted once however many
 * pairs it is in; samples of a row are a group, and its pairs have one prompt.
 *
 * @param measured all completions, row after row.
 */
export function assembleCompletions(measured: MeasuredSamples, rows: CompletionRows): LabelledPairs {
  const { sizes, correct, ties, subsets } = rows;
  const starts = startsOf(sizes);
  const groups = new Int32Array(measured.rewards.length);
  for (let row = 0; row < sizes.length; row++) groups.fill(row, starts[row], starts[row + 1]);
  const { sides, prompts } = pairUp(starts, rows);
  return {
    samples: { ...measured, groups },
    prompts,
    subsets,
    completions: { starts, correct, sides, ties },
  };
}

function startsOf(sizes: Int32Array): Int32Array<ArrayBuffer> {
  const starts = new Int32Array(sizes.length + 1);
  for (let row = 0; row < sizes.length; row++) starts[row + 1] = starts[row] + sizes[row];
  return starts;
}

function pairUp(
  starts: Int32Array,
  { sizes, correct }: CompletionRows,
): Pick<Completions, 'sides'> & Pick<LabelledPairs, 'prompts'> {
  const count = countCompletionPairs({ sizes, correct });
  const sides = new Int32Array(2 * count);
  const prompts = new Int32Array(count);
  let pair = 0;
  for (let row = 0; row < sizes.length; row++) {
    const wrong = starts[row] + correct[row];
    for (let right = starts[row]; right < wrong; right++) {
      for (let other = wrong; other < starts[row + 1]; other++) {
        sides[pair] = right;
        sides[pair + count] = other;
        prompts[pair] = row;
        pair++;
      }
    }
  }
  return { sides, prompts };
}

/** Values of pairs as the mean over the pairs of each row. */
export function meansByRow(
  rows: number,
  prompts: Int32Array,
  values: ArrayLike<number>,
): Float64Array<ArrayBuffer> {
  const sums = new Float64Array(rows);
  const counts = new Int32Array(rows);
  for (let pair = 0; pair < prompts.length; pair++) {
    sums[prompts[pair]] += values[pair];
    counts[prompts[pair]]++;
  }
  for (let row = 0; row < rows; row++) sums[row] /= counts[row];
  return sums;
}
