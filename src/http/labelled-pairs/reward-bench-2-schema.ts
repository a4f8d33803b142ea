import { z } from 'zod';
import type { Place } from '../../calibration/errors.js';
import { subsetNamed, TIES_SUBSET } from '../../calibration/evaluation/reward-bench-2.js';
import type { SampleRow } from '../../calibration/samples/samples.js';
import type { Violations } from '../../calibration/violations.js';
import { characteristicName } from '../../curves/characteristic-name.js';
import { gated } from '../schemas/gate.js';
import { LONE_SURROGATES } from '../schemas/samples-schema.js';
import { completionText, readCompletion } from './completion-text.js';
import { readScore, score } from './schema.js';

/** Of one row: RewardBench 2 has up to some thirty; the pairs grow with the square. */
const MAX_COMPLETIONS = 256;

const fields = z.looseObject({
  scores: z
    .array(score)
    .min(2)
    .max(MAX_COMPLETIONS)
    .describe('Raw rewards of the completions, the right ones first'),
  subset: z.string().min(1).max(200).describe('Of RewardBench 2'),
  id: z
    .union([z.string(), z.number()])
    .nullish()
    .describe('In Ties `ref:N` (one right completion) or `tied:N` (several); elsewhere it says nothing'),
  num_correct: z
    .int()
    .min(1)
    .nullish()
    .describe('How many completions are right; needed in Ties, elsewhere one is'),
  total_completions: z.int().nullish().describe('As many as there are scores'),
  text: z
    .array(completionText)
    .nullish()
    .describe(
      'Of each completion; measured and forgotten. Text that RewardBench 2 writes here holds the prompt, too: lengths of responses alone are given as characteristics',
    ),
  characteristics: z
    .record(characteristicName, z.array(z.number()))
    .nullish()
    .describe(
      'Of each characteristic the value of each completion; a number given here wins over measuring the text',
    ),
});

export type RewardBench2Row = z.output<typeof fields>;

/** A row of RewardBench 2. */
export const rewardBench2Row = fields.meta({
  id: 'RewardBench2Row',
  description: 'A row as RewardBench 2 writes it; other fields are passed over, and null is as if absent',
});

/** A line that is a row of RewardBench 2. */
export const rewardBench2Line = gated(fields, (row, found) => rewardBench2Rules(row, found), {
  id: 'RewardBench2Line',
  description: 'With `protocol=reward-bench-2`: a row of RewardBench 2 a line',
  examples: [
    { subset: 'Math', scores: [1.2, 0.3, 0.1, -1], characteristics: { chars: [420, 530, 90, 260] } },
  ],
});

/** What the id of a row in Ties says. */
export interface TiesId {
  readonly prompt: number;
  readonly isTied: boolean;
}

const TIES_ID = /^(ref|tied):(\d{1,15})$/;

/** What an id says; undefined where it is none of Ties. */
export function readTiesId(id: RewardBench2Row['id']): TiesId | undefined {
  const [, kind, prompt] = TIES_ID.exec(String(id ?? '')) ?? [];
  return kind === undefined ? undefined : { prompt: Number(prompt), isTied: kind === 'tied' };
}

/** Checks a row of RewardBench 2 beyond its structure. */
export function rewardBench2Rules(
  row: RewardBench2Row,
  found: Violations,
  placeOf: () => Place = () => [],
): void {
  const { scores, total_completions: total } = row;
  const add = (path: Place, message: string) => found.add([...placeOf(), ...path], message);
  const subset = subsetNamed(row.subset);
  if (subset === undefined) add(['subset'], 'is not a subset of RewardBench 2');
  else if (subset === TIES_SUBSET) tiesRules(row, add);
  else if (row.num_correct != null && row.num_correct !== 1)
    add(['num_correct'], 'must be 1: in Ties alone more than the first completion may be right');
  if (total != null && total !== scores.length)
    add(['total_completions'], `must be ${scores.length}, the number of scores`);
  listRules(row, add);
}

function tiesRules({ id, num_correct: correct, scores }: RewardBench2Row, add: Violations['add']): void {
  const read = readTiesId(id);
  if (read === undefined) add(['id'], 'must be "ref:N" or "tied:N" in Ties, N a number');
  if (correct == null) add(['num_correct'], 'is needed in Ties');
  else if (correct >= scores.length) add(['num_correct'], 'must be less than the number of scores');
  else if (read?.isTied && correct < 2) add(['num_correct'], 'must be at least 2 where the id is "tied:N"');
}

function listRules({ scores, text, characteristics }: RewardBench2Row, add: Violations['add']): void {
  const message = `must have ${scores.length} items, as many as "scores"`;
  if (text != null && text.length !== scores.length) add(['text'], message);
  for (const [i, given] of (text ?? []).entries())
    if (readCompletion(given)?.isWellFormed() === false) add(['text', i], LONE_SURROGATES);
  for (const [name, values] of Object.entries(characteristics ?? {}))
    if (values.length !== scores.length) add(['characteristics', name], message);
}

/** The completions of a row, in the domain's form. */
export function readCompletions({ scores, text, characteristics }: RewardBench2Row): SampleRow[] {
  const lists = Object.entries(characteristics ?? {});
  return scores.map((given, i) => ({
    reward: readScore(given),
    response: readCompletion(text?.[i]),
    characteristics:
      lists.length === 0
        ? undefined
        : Object.fromEntries(lists.map(([name, values]) => [name, values[i] ?? Number.NaN])),
  }));
}
