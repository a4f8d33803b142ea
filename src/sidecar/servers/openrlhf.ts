import { z } from 'zod';
import {
  areRewards,
  checkCount,
  finite,
  isObject,
  isUsualObject,
  readShape,
  rewardSchema,
} from './answer-shape.js';
import type { RawReward, RewardServerContract } from './reward-server.js';

const answerSchema = z.looseObject({ rewards: z.array(rewardSchema) });

const isUsual = (answer: unknown): answer is z.output<typeof answerSchema> =>
  isUsualObject(answer) && areRewards(answer.rewards);

/** A list with one value per text. */
type Column = readonly unknown[];

/**
 * OpenRLHF's `serve_rm` and reward functions of the same form (`openrlhf/cli/serve_rm.py`). Lists of equal
 * length: `query`, `prompts` and, where a caller gave any, `labels`, each whatever JSON it is. Rewards are
 * raw: there is no field for anything else.
 *
 * The answer has columns, not entries: an entry is the answer cut to one text, `{"rewards": 1.2, "scores":
 * 0.7, "extra_logs": {"length": 80}}`, from all columns with one value per text.
 */
export const openrlhf: RewardServerContract = {
  path: '/get_reward',
  buildRequest(texts) {
    const labelled = texts.some(({ label }) => label !== undefined);
    return {
      query: texts.map(({ text }) => text),
      prompts: texts.map(({ prompt }) => prompt ?? ''),
      ...(labelled && { labels: texts.map(({ label }) => label ?? null) }),
    };
  },
  readRewards(answer, count) {
    const columns = readShape(answerSchema, isUsual, answer);
    checkCount(columns.rewards.length, count);
    const cut = cutter(columns, count);
    return columns.rewards.map((reward, i): RawReward => ({ reward: finite(reward), entry: cut(i) }));
  },
};

/** Cuts an answer to one of its texts. */
function cutter(answer: Readonly<Record<string, unknown>>, count: number): (i: number) => unknown {
  const columns = columnsOf(answer, count);
  const logs = isObject(answer.extra_logs) ? columnsOf(answer.extra_logs, count) : [];
  if (logs.length === 0) return (i) => rowOf(columns, i);
  return (i) => Object.assign(rowOf(columns, i), { extra_logs: rowOf(logs, i) });
}

function rowOf(columns: readonly (readonly [string, Column])[], i: number): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  // `columnsOf` leaves out `__proto__`, which would be no key of its own here.
  for (const [name, column] of columns) row[name] = column[i];
  return row;
}

function columnsOf(record: Readonly<Record<string, unknown>>, count: number): [string, Column][] {
  const columns: [string, Column][] = [];
  for (const [name, column] of Object.entries(record))
    if (name !== '__proto__' && Array.isArray(column) && column.length === count)
      columns.push([name, column]);
  return columns;
}
