import { z } from 'zod';
import { TIES } from '../../calibration/evaluation/accuracy.js';
import { DEFAULT_BOOTSTRAP } from '../../calibration/evaluation/bootstrap.js';
import type { EvaluationSettings } from '../../calibration/evaluation/evaluate.js';
import type { PairRow } from '../../calibration/evaluation/pairs.js';
import type { Violations } from '../../calibration/violations.js';
import { characteristicName } from '../../curves/characteristic-name.js';
import { evaluateExamples } from './examples.js';
import { gated } from './gate.js';
import { LONE_SURROGATES, rewardModelField, rewardModelRules, row, textRules } from './samples.js';
import { settingsFields, settingsRules } from './settings.js';

const subset = z.string().min(1).max(200).optional().describe('Accuracies are also told for each subset');

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

/** A few more resamples than anyone needs; fewer than a hundred have no 2.5% quantile to speak of. */
const RESAMPLES = { least: 100, most: 100_000 };

const fields = z.strictObject({
  ...settingsFields,
  pairs: z.array(pair).min(1, 'must not be empty').optional().describe('Labelled pairs'),
  rows: z
    .array(rewardBenchRow)
    .min(1, 'must not be empty')
    .optional()
    .describe('Labelled pairs as RewardBench writes them'),
  protocol: z
    .enum(['reward-bench'])
    .optional()
    .describe('Also the RewardBench score; every pair needs one of its subsets'),
  ties: z
    .enum(TIES)
    .optional()
    .describe('What a pair of equal rewards counts: `half` (default), or `wrong` as in the reference code'),
  bootstrap: z
    .strictObject({
      resamples: z
        .int()
        .min(RESAMPLES.least)
        .max(RESAMPLES.most)
        .optional()
        .describe('How often the pairs are resampled; 1000 by default'),
      seed: z.int32().optional().describe('The same seed gives the same interval; 0 by default'),
    })
    .optional()
    .describe('Of the percentile interval (95%) of the gain'),
  reward_model: rewardModelField
    .optional()
    .describe('Evaluate the curve of this reward model instead of fitting one; then without settings'),
  version: z.int().min(1).optional().describe('Of the curve; by default the current one'),
});

export type EvaluateBody = z.output<typeof fields>;

export const evaluateBody = gated(fields, evaluateRules, {
  id: 'EvaluateRequest',
  examples: evaluateExamples,
});

function evaluateRules(body: EvaluateBody, found: Violations): void {
  const { pairs = [], rows = [] } = body;
  settingsRules(body, found);
  curveRules(body, found);
  if ((body.pairs === undefined) === (body.rows === undefined))
    found.add([], 'needs either "pairs" or "rows" (as RewardBench writes them), and not both');
  for (let i = 0; i < pairs.length && !found.isFull; i++) pairRules(pairs[i], found, i);
  for (let i = 0; i < rows.length && !found.isFull; i++) rewardBenchRules(rows[i], found, i);
}

function curveRules(body: EvaluateBody, found: Violations): void {
  const { reward_model, version } = body;
  if (reward_model === undefined) {
    if (version !== undefined) found.add(['reward_model'], 'is needed with "version"');
    return;
  }
  rewardModelRules({ reward_model }, found);
  const names = Object.keys(settingsFields) as (keyof typeof settingsFields)[];
  for (const name of names) {
    if (body[name] !== undefined)
      found.add([name], 'belongs to a fit: the curve of "reward_model" has its own');
  }
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
export function readPairs({ pairs, rows = [] }: EvaluateBody): readonly PairRow[] {
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

/** How a request wants its pairs judged, every default filled in. */
export function readEvaluationSettings({ ties, bootstrap, protocol }: EvaluateBody): EvaluationSettings {
  return {
    ties: ties ?? 'half',
    bootstrap: {
      resamples: bootstrap?.resamples ?? DEFAULT_BOOTSTRAP.resamples,
      seed: bootstrap?.seed ?? DEFAULT_BOOTSTRAP.seed,
    },
    protocol,
  };
}
