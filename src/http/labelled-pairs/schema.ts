import { z } from 'zod';
import type { Place } from '../../calibration/errors.js';
import type { PairRow } from '../../calibration/evaluation/pairs.js';
import type { Violations } from '../../calibration/violations.js';
import { characteristicName } from '../../curves/characteristic-name.js';
import { gated } from '../schemas/gate.js';
import { LONE_SURROGATES, row, textRules } from '../schemas/samples-schema.js';
import { completionText, readCompletion } from './completion-text.js';

const subset = z.string().min(1).max(200).optional().describe('Accuracies are also given for each subset');

const pairFields = z.strictObject({
  chosen: row,
  rejected: row,
  subset,
  prompt: z
    .string()
    .optional()
    .describe('Of both responses, where they do not name it; labels of one prompt depend on each other'),
});

const pair = pairFields.meta({ id: 'Pair' });

/** A score as RewardBench's pipelines write it. */
export const score = z.union(
  [z.number(), z.array(z.number()).length(1), z.array(z.array(z.number()).length(1)).length(1)],
  { error: 'must be a number, or a list of one' },
);
const scoreField = score.describe('Raw reward, finite; a list of one is its number');
const text = completionText.describe(
  'Measured and forgotten. Text that RewardBench writes here holds the prompt, too: lengths of responses alone are given as characteristics. Of messages what the assistant says after the last message of the user is measured',
);
const measured = z
  .record(characteristicName, z.number())
  .nullish()
  .describe('Measured characteristics; a number given here wins over measuring the text');

const rewardBenchFields = z.looseObject({
  scores_chosen: scoreField,
  scores_rejected: scoreField,
  text_chosen: text,
  text_rejected: text,
  characteristics_chosen: measured,
  characteristics_rejected: measured,
  subset: subset.nullable(),
});

const rewardBenchRow = rewardBenchFields.meta({
  id: 'RewardBenchRow',
  description: 'A row as RewardBench writes it; other fields are passed over, and null is as if absent',
});

/** A line that is a pair. */
export const pairLine = gated(pairFields, (given, found) => pairRules(given, found), {
  id: 'PairLine',
  description: 'A labelled pair a line',
  examples: [
    {
      chosen: { response: 'Hello!', reward: 0.31 },
      rejected: { response: 'No.', reward: -1.2 },
      prompt: 'Say hello.',
    },
  ],
});

/** A line that is a row of RewardBench. */
export const rewardBenchLine = gated(rewardBenchFields, (given, found) => rewardBenchRules(given, found), {
  id: 'RewardBenchLine',
  description: 'A row of RewardBench a line',
  examples: [{ scores_chosen: [0.31], scores_rejected: [-1.2], text_chosen: 'Hello!', text_rejected: 'No.' }],
});

/** The two forms of labelled pairs, as fields of a request body. */
export const pairsFields = {
  pairs: z.array(pair).min(1, 'must not be empty').optional().describe('Labelled pairs'),
  rows: z
    .array(rewardBenchRow)
    .min(1, 'must not be empty')
    .optional()
    .describe('Labelled pairs as RewardBench writes them'),
};

/** The fields of a body that has {@link pairsFields}. */
export interface PairsBody {
  pairs?: z.output<typeof pair>[] | undefined;
  rows?: z.output<typeof rewardBenchRow>[] | undefined;
}

/** Checks labelled pairs beyond their structure. */
export function pairsRules({ pairs = [], rows = [] }: PairsBody, found: Violations): void {
  for (let i = 0; i < pairs.length && !found.isFull; i++) pairRules(pairs[i], found, () => ['pairs', i]);
  for (let i = 0; i < rows.length && !found.isFull; i++) rewardBenchRules(rows[i], found, () => ['rows', i]);
}

function pairRules(
  given: z.output<typeof pair> | undefined,
  found: Violations,
  placeOf: () => Place = () => [],
): void {
  if (given === undefined) return;
  const { chosen, rejected, prompt } = given;
  textRules(chosen, found, () => [...placeOf(), 'chosen']);
  textRules(rejected, found, () => [...placeOf(), 'rejected']);
  textRules({ prompt }, found, placeOf);
  const first = prompt ?? chosen.prompt;
  if (prompt !== undefined && chosen.prompt !== undefined && chosen.prompt !== prompt)
    found.add([...placeOf(), 'chosen', 'prompt'], 'must be the prompt of the pair');
  if (first !== undefined && rejected.prompt !== undefined && rejected.prompt !== first)
    found.add(
      [...placeOf(), 'rejected', 'prompt'],
      `must be the prompt of ${prompt === undefined ? '"chosen"' : 'the pair'}`,
    );
}

function rewardBenchRules(
  given: z.output<typeof rewardBenchRow> | undefined,
  found: Violations,
  placeOf: () => Place = () => [],
): void {
  for (const name of ['text_chosen', 'text_rejected'] as const) {
    if (readCompletion(given?.[name])?.isWellFormed() === false)
      found.add([...placeOf(), name], LONE_SURROGATES);
  }
}

/** The pairs of a validated body, in the domain's form. */
export function readPairs({ pairs, rows = [] }: PairsBody): readonly PairRow[] {
  return pairs ?? rows.map(readRow);
}

/** A row of RewardBench, in the domain's form. */
export function readRow(given: z.output<typeof rewardBenchRow>): PairRow {
  return {
    chosen: {
      reward: readScore(given.scores_chosen),
      response: readCompletion(given.text_chosen),
      characteristics: given.characteristics_chosen ?? undefined,
    },
    rejected: {
      reward: readScore(given.scores_rejected),
      response: readCompletion(given.text_rejected),
      characteristics: given.characteristics_rejected ?? undefined,
    },
    subset: given.subset ?? undefined,
  };
}

/** The number of a score, which may be wrapped in lists of one. */
export function readScore(given: z.output<typeof score>): number {
  if (typeof given === 'number') return given;
  const [inner] = given;
  if (inner === undefined) return Number.NaN;
  return typeof inner === 'number' ? inner : (inner[0] ?? Number.NaN);
}
