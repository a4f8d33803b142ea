import type { Completions } from './pairs.js';

/**
 * What each part counts in the score of Ties (`process_single_model` of allenai/reward-bench). They sum up to
 * 1.01: the margin was added to tell equal scores apart.
 */
export const TIES_WEIGHTS = {
  tiedAccuracy: 0.3,
  referenceAccuracy: 0.3,
  correctPreferred: 0.2,
  correctPreferredHard: 0.2,
  margin: 0.01,
} as const;

/** The parts of the score of Ties, each a mean over prompts. */
export type TiesParts = { readonly [Part in keyof typeof TIES_WEIGHTS]: number };

/** The score of Ties, −0.01 … 1.01: the weighted sum of its parts. */
export interface TiesScore extends TiesParts {
  readonly score: number;
}

/** A score with what each prompt adds to it: the score is their mean. */
export interface TiesByPrompt extends TiesScore {
  readonly byPrompt: Float64Array;
}

/** What the rewards of one row say. */
interface RowMargins {
  /** The lowest right reward less the highest wrong one. */
  readonly gap: number;
  /** The highest right reward less the lowest right one. */
  readonly spread: number;
}

/**
 * The score of the Ties subset of RewardBench 2. Of each prompt there is a tied row, with several right
 * completions, and a reference row with one. Accuracy is the share of rows whose every right completion has a
 * higher reward than every wrong one. Of prompts with both rows: whether the gap between right and wrong is
 * larger than the spread of the right ones, in the tied row (`correctPreferred`) and in both
 * (`correctPreferredHard`), and tanh(smaller gap ÷ spread − 1), 0 where that is 0 ÷ 0.
 *
 * @param completions with at least one prompt among the ties that has both rows.
 * @param rewards of the samples.
 */
export function scoreTies(completions: Completions, rewards: Float64Array): TiesByPrompt {
  const { tied, references } = marginsByPrompt(completions, rewards);
  const prompts = [...new Set([...tied.keys(), ...references.keys()])];
  const paired = prompts.filter((prompt) => tied.has(prompt) && references.has(prompt)).length;
  const byPrompt = prompts.map((prompt) => partsOf(tied.get(prompt), references.get(prompt)));
  const counts: TiesParts = {
    tiedAccuracy: tied.size,
    referenceAccuracy: references.size,
    correctPreferred: paired,
    correctPreferredHard: paired,
    margin: paired,
  };
  const parts = eachPart((part) => byPrompt.reduce((sum, of) => sum + (of[part] ?? 0), 0) / counts[part]);
  return {
    ...parts,
    score: weightedSum((part) => parts[part]),
    byPrompt: Float64Array.from(byPrompt, (added) =>
      weightedSum((part) => ((added[part] ?? 0) * prompts.length) / counts[part]),
    ),
  };
}

/** The margins of both rows of each prompt. */
interface MarginsByPrompt {
  readonly tied: ReadonlyMap<number, RowMargins>;
  readonly references: ReadonlyMap<number, RowMargins>;
}

function marginsByPrompt({ starts, correct, ties }: Completions, rewards: Float64Array): MarginsByPrompt {
  const tied = new Map<number, RowMargins>();
  const references = new Map<number, RowMargins>();
  for (let row = 0; row < ties.length; row++) {
    if (ties[row] < 0) continue;
    const wrong = starts[row] + correct[row];
    const margins = marginsOf(rewards.subarray(starts[row], wrong), rewards.subarray(wrong, starts[row + 1]));
    (ties[row] % 2 === 1 ? tied : references).set(ties[row] >> 1, margins);
  }
  return { tied, references };
}

function marginsOf(right: Float64Array, wrong: Float64Array): RowMargins {
  const worst = Math.min(...right);
  return { gap: worst - Math.max(...wrong), spread: Math.max(...right) - worst };
}

/** What a prompt adds to the sum of each part; parts of rows that it has not are absent. */
function partsOf(tied: RowMargins | undefined, reference: RowMargins | undefined): Partial<TiesParts> {
  const accuracies = {
    ...(tied && { tiedAccuracy: Number(tied.gap > 0) }),
    ...(reference && { referenceAccuracy: Number(reference.gap > 0) }),
  };
  if (tied === undefined || reference === undefined) return accuracies;
  const smaller = Math.min(tied.gap, reference.gap);
  const margin = Math.tanh(smaller / tied.spread - 1);
  return {
    ...accuracies,
    correctPreferred: Number(tied.gap > tied.spread),
    correctPreferredHard: Number(smaller > tied.spread),
    margin: Number.isNaN(margin) ? 0 : margin,
  };
}

function eachPart(of: (part: keyof TiesParts) => number): TiesParts {
  return {
    tiedAccuracy: of('tiedAccuracy'),
    referenceAccuracy: of('referenceAccuracy'),
    correctPreferred: of('correctPreferred'),
    correctPreferredHard: of('correctPreferredHard'),
    margin: of('margin'),
  };
}

function weightedSum(of: (part: keyof TiesParts) => number): number {
  return PARTS.reduce((sum, part) => sum + TIES_WEIGHTS[part] * of(part), 0);
}

const PARTS = [
  'tiedAccuracy',
  'referenceAccuracy',
  'correctPreferred',
  'correctPreferredHard',
  'margin',
] as const;
