import { randomUUID } from 'node:crypto';
import type { ScoredSample, ScoredSamples } from '../../sidecar/scoring/score-samples.js';
import type { UpstreamKind } from '../../sidecar/upstream/upstream.js';
import { answersOf, asObject, entryOf, type JsonObject, withReward } from './upstream-entry.js';

/** A form of answer `{"data": [{"index", …}]}`. */
export interface ListForm {
  readonly kind: UpstreamKind;
  /** The answer without its data, where the upstream's own is not of this form. */
  head(model: string): JsonObject;
  /** An entry without its reward, where the upstream has none of this form. */
  readonly blank: JsonObject;
  /** The field of an entry that holds the reward, and its value with another reward. */
  readonly field: string;
  withReward(held: unknown, reward: number | null): unknown;
}

/** vLLM's `/classify`, SGLang's `/v1/classify`. */
export const classifyList: ListForm = {
  kind: 'vllm-classify',
  head: (model) => ({ id: `classify-${randomUUID()}`, object: 'list', created: now(), model }),
  blank: { label: 'LABEL_0', num_classes: 1 },
  field: 'probs',
  withReward: withLast,
};

/** vLLM's `/pooling`. */
export const poolingList: ListForm = {
  kind: 'vllm-pooling',
  head: (model) => ({ id: `pool-${randomUUID()}`, object: 'list', created: now(), model }),
  blank: { object: 'pooling' },
  field: 'data',
  withReward: withPooled,
};

/** OpenAI's `/v1/embeddings`, as SGLang answers it for reward models. */
export const embeddingsList: ListForm = {
  kind: 'openai-embeddings',
  head: (model) => ({ object: 'list', model }),
  blank: { object: 'embedding' },
  field: 'embedding',
  withReward: withLast,
};

/**
 * The answer in a contract of lists. Where the upstream speaks it, every other field is the upstream's.
 * `index` counts within this request, and `usage` is the sum over the upstream requests that included its
 * texts, other callers' texts included.
 */
export function answerList(form: ListForm, scored: ScoredSamples): JsonObject {
  const answers = answersOf(scored, form.kind);
  const { upstream, samples } = scored;
  const [head = { ...form.head(upstream.model ?? upstream.rewardModel), usage: NO_USAGE }] = answers;
  const entry = (sample: ScoredSample, index: number): JsonObject => {
    const upstreams = asObject(entryOf(sample, scored, form.kind) ?? form.blank);
    return { ...upstreams, index, [form.field]: form.withReward(upstreams[form.field], sample.reward) };
  };
  return { ...head, ...(answers.length > 1 && sumUsage(answers)), data: samples.map(entry) };
}

/** The number of tokens is unknown: the upstream's contract does not give it. */
const NO_USAGE = { prompt_tokens: 0, total_tokens: 0, completion_tokens: 0 };

function sumUsage(answers: readonly JsonObject[]): JsonObject {
  const usages = answers.map(({ usage }) => asObject(usage));
  const sum: Record<string, unknown> = { ...usages[0] };
  for (const [name, value] of Object.entries(sum)) {
    if (typeof value !== 'number') continue;
    sum[name] = usages.reduce((total, { [name]: more }) => total + (typeof more === 'number' ? more : 0), 0);
  }
  return Object.keys(sum).length === 0 ? {} : { usage: sum };
}

function withLast(list: unknown, reward: number | null): unknown {
  return withReward(list, reward, 'last');
}

/** Pooled data is a number, a list, or a list for every token; the reward is the last number. */
function withPooled(data: unknown, reward: number | null): unknown {
  if (typeof data === 'number') return reward;
  const last = Array.isArray(data) ? data.at(-1) : undefined;
  if (Array.isArray(data) && Array.isArray(last)) return data.with(-1, withLast(last, reward));
  return withLast(data, reward);
}

/** Seconds since 1970. */
function now(): number {
  return Math.floor(Date.now() / 1_000);
}
