import type { z } from 'zod';
import { logistic } from '../../calibration/statistics/logistic.js';
import type { ScoredSamples, SentSamples } from '../../sidecar/scoring/score-samples.js';
import { openrlhfAnswer } from './answer.js';
import type { ContractOf } from './inbound-contract.js';
import { openrlhfForm } from './request-forms.js';
import { openrlhfBody } from './schema.js';
import { answersOf, asObject, entryOf, type JsonObject } from './upstream-entry.js';

/** OpenRLHF's remote reward model (`openrlhf/utils/agent.py`), and the batches of its older releases. */
export const openrlhfContract: ContractOf<typeof openrlhfBody> = {
  path: '/get_reward',
  operationId: 'sidecarGetReward',
  summary: "OpenRLHF's remote reward model",
  body: openrlhfBody,
  answer: openrlhfAnswer,
  form: () => openrlhfForm,
  read,
  write,
};

function read({ query, prompts, labels }: z.output<typeof openrlhfBody>): SentSamples {
  const listed = <Value>(given: Value | readonly Value[] | null | undefined): readonly Value[] =>
    given == null ? [] : Array.isArray(given) ? given : [given as Value];
  const [promptList, labelList] = [listed(prompts), listed<unknown>(labels)];
  const samples = listed(query).map((text, i) => ({ text, prompt: promptList[i], label: labelList[i] }));
  return { samples, place: 'query', isSingle: typeof query === 'string' };
}

/**
 * The answer as OpenRLHF reads it: lists with a value a sample, also for a single query. `rewards` trains,
 * `scores` (0–1) filters, and OpenRLHF plots every list of `extra_logs`. Other fields of an OpenRLHF upstream
 * are kept.
 */
function write(scored: ScoredSamples): JsonObject {
  const { samples, version } = scored;
  const entries = samples.map((sample) => asObject(entryOf(sample, scored, 'openrlhf')));
  const [answer = {}] = answersOf(scored, 'openrlhf');
  return {
    ...answer,
    ...columnsOf(entries),
    rewards: samples.map(({ reward }) => reward),
    scores: samples.map(({ reward }) => (reward === null ? null : logistic(reward))),
    extra_logs: {
      ...columnsOf(entries.map(({ extra_logs }) => asObject(extra_logs))),
      raw_reward: samples.map(({ rawReward }) => rawReward),
      bias: samples.map(({ bias }) => bias),
      length: samples.map(({ length }) => length),
      calibrated: samples.map(() => (version === undefined ? 0 : 1)),
    },
  };
}

/** The entries' keys as lists with a value an entry; null for an entry without the key. */
function columnsOf(entries: readonly JsonObject[]): JsonObject {
  const [first] = entries;
  if (first !== undefined && entries.length === 1) return columnsOfOne(first);
  const names = new Set(entries.flatMap((entry) => Object.keys(entry)));
  return Object.fromEntries([...names].map((name) => [name, entries.map((entry) => entry[name] ?? null)]));
}

/** As {@link columnsOf}, for the only sample of a request, as trainers send them. */
function columnsOfOne(entry: JsonObject): JsonObject {
  // A copy, in which a key `__proto__` is one of its own.
  const columns: Record<string, unknown> = { ...entry };
  for (const name of Object.keys(entry)) columns[name] = [entry[name] ?? null];
  return columns;
}
