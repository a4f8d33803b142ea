import { z } from 'zod';
import type { PairRow } from '../../calibration/evaluation/pairs.js';
import type { Violations } from '../../calibration/violations.js';
import { characteristicName } from '../../curves/characteristic-name.js';
import { LONE_SURROGATES, row, textRules } from '../schemas/samples-schema.js';

const subset = z.string().min(1).max(200).optional().describe('Accuracies are also given for each subset');

const pair = z.strictObject({ chosen: row, rejected: row, subset }).meta({ id: 'Pair' });

const score = z
  .union([z.number(), z.array(z.number()).length(1)], { error: 'must be a number, or a list of one' })
  .describe('Raw reward, finite');
const text = z
  .string()
  .optional()
  .describe(
    'Measured and forgotten. What RewardBench writes here holds the prompt, too: lengths of responses alone are given as characteristics',
  );
const measured = z
  .record(characteristicName, z.number())
  .optional()
  .describe('Measured characteristics; a number given here wins over measuring the text');

const rewardBenchRow = z
  .looseObject({
    scores_chosen: score,
    scores_rejected: score,
    text_chosen: text,
    text_rejected: text,
    characteristics_chosen: measured,
    characteristics_rejected: measured,
    subset,
  })
  .meta({
    id: 'RewardBenchRow',
    description: 'A row as RewardBench writes it; other fields are passed over',
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
  for (let i = 0; i < pairs.length && !found.isFull; i++) pairRules(pairs[i], found, i);
  for (let i = 0; i < rows.length && !found.isFull; i++) rewardBenchRules(rows[i], found, i);
}

function pairRules(given: z.output<typeof pair> | undefined, found: Violations, i: number): void {
  if (given === undefined) return;
  const { chosen, rejected } = given;
  textRules(chosen, found, () => ['pairs', i, 'chosen']);
  textRules(rejected, found, () => ['pairs', i, 'rejected']);
  if (chosen.prompt !== undefined && rejected.prompt !== undefined && chosen.prompt !== rejected.prompt)
    found.add(['pairs', i, 'rejected', 'prompt'], 'must be the prompt of "chosen"');
}

function rewardBenchRules(
  given: z.output<typeof rewardBenchRow> | undefined,
  found: Violations,
  i: number,
): void {
  for (const name of ['text_chosen', 'text_rejected'] as const) {
    if (given?.[name]?.isWellFormed() === false) found.add(['rows', i, name], LONE_SURROGATES);
  }
}

/** The pairs of a validated body, in the domain's form. */
export function readPairs({ pairs, rows = [] }: PairsBody): readonly PairRow[] {
  return pairs ?? rows.map(readRow);
}

function readRow(given: z.output<typeof rewardBenchRow>): PairRow {
  return {
    chosen: {
      reward: first(given.scores_chosen),
      response: given.text_chosen,
      characteristics: given.characteristics_chosen,
    },
    rejected: {
      reward: first(given.scores_rejected),
      response: given.text_rejected,
      characteristics: given.characteristics_rejected,
    },
    subset: given.subset,
  };
}

/** The number, or the only one of its list. */
function first(given: z.output<typeof score>): number {
  return typeof given === 'number' ? given : (given[0] ?? Number.NaN);
}
