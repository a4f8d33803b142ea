import { z } from 'zod';
import { checkCount, finite, readShape, rewardSchema } from './answer-shape.js';
import type { RawReward, RewardServerContract } from './reward-server.js';

const answerSchema = z.looseObject({ rewards: z.array(rewardSchema) });

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
    const columns = readShape(answerSchema, answer);
    checkCount(columns.rewards.length, count);
    const cut = cutter(columns, count);
    return columns.rewards.map((reward, i): RawReward => ({ reward: finite(reward), entry: cut(i) }));
  },
};

/** Cuts an answer to one of its texts. */
function cutter(answer: Readonly<Record<string, unknown>>, count: number): (i: number) => unknown {
  const columns = columnsOf(answer, count);
  const logs = z.record(z.string(), z.unknown()).safeParse(answer.extra_logs);
  const logColumns = logs.success ? columnsOf(logs.data, count) : [];
  const row = (from: readonly (readonly [string, Column])[], i: number) =>
    Object.fromEntries(from.map(([name, column]) => [name, column[i]]));
  return (i) => ({
    ...row(columns, i),
    ...(logColumns.length > 0 && { extra_logs: row(logColumns, i) }),
  });
}

function columnsOf(record: Readonly<Record<string, unknown>>, count: number): readonly [string, Column][] {
  return Object.entries(record).flatMap(([name, column]): [string, Column][] =>
    Array.isArray(column) && column.length === count ? [[name, column]] : [],
  );
}
