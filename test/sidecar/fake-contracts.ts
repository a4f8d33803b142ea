import type { UpstreamKind } from '../../src/sidecar/upstream/upstream.js';
import type { FakeReward, Knobs } from './fake-servers.js';

/**
 * A kind of reward-model server from its own side: what it reads and how it writes (shared/contracts.md, B).
 */
interface FakeContract {
  readonly path: string;
  texts(body: Readonly<Record<string, unknown>>): readonly string[];
  answer(texts: readonly string[], rewards: readonly FakeReward[], knobs: Knobs): unknown;
}

const listAt = (key: string) => (body: Readonly<Record<string, unknown>>) => body[key] as string[];

/** Dimensions before the reward, where the reward is the last. */
const OTHERS = [0.25, 0.5];

/** `data` in OpenAI's style, each entry with its index. */
function openAiStyle(place: (reward: FakeReward) => Readonly<Record<string, unknown>>) {
  return (_: readonly string[], rewards: readonly FakeReward[], { shuffled, extra }: Knobs) => {
    const entries = rewards.map((reward, index) => ({ index, object: 'fake', ...place(reward) }));
    return {
      id: 'fake-1',
      object: 'list',
      model: 'fake',
      data: shuffled ? entries.reverse() : entries,
      usage: { prompt_tokens: 7 },
      ...extra,
    };
  };
}

const lastOf = (key: string) => (reward: FakeReward) =>
  reward === undefined ? {} : { [key]: [...OTHERS, reward] };

const encoded = (reward: FakeReward) => {
  const floats = new Float32Array([...OTHERS, reward ?? Number.NaN]);
  return { embedding: Buffer.from(floats.buffer).toString('base64') };
};

export const FAKE_CONTRACTS: Readonly<Record<UpstreamKind, FakeContract>> = {
  openrlhf: {
    path: '/get_reward',
    texts: listAt('query'),
    answer: (_, rewards, { extra }) => {
      const column = rewards.map((reward) => reward ?? null);
      const scores = rewards.map((reward) => 1 / (1 + Math.exp(-(reward ?? 0))));
      return { rewards: column, scores, extra_logs: { dummy_scores: column }, ...extra };
    },
  },
  'vllm-classify': { path: '/classify', texts: vllmTexts, answer: openAiStyle(lastOf('probs')) },
  'vllm-pooling': { path: '/pooling', texts: vllmTexts, answer: openAiStyle(lastOf('data')) },
  'openai-embeddings': {
    path: '/v1/embeddings',
    texts: listAt('input'),
    answer: (texts, rewards, knobs) =>
      openAiStyle(knobs.base64 ? encoded : lastOf('embedding'))(texts, rewards, knobs),
  },
  'sglang-classify': {
    path: '/classify',
    texts: listAt('text'),
    answer: (_, rewards) =>
      rewards.map((reward) => ({
        ...(reward !== undefined && { embedding: [reward] }),
        meta_info: { id: 'fake', prompt_tokens: 7 },
      })),
  },
  'tei-predict': {
    path: '/predict',
    texts: ({ inputs }) => (inputs as string[][]).map(([text = '']) => text),
    answer: (_, rewards) =>
      rewards.map((reward) => [{ ...(reward !== undefined && { score: reward }), label: 'LABEL_0' }]),
  },
};

/** The texts of a request, or what a chat template would make of its one conversation. */
function vllmTexts({ input, messages }: Readonly<Record<string, unknown>>): readonly string[] {
  return messages === undefined ? (input as string[]) : [JSON.stringify(messages)];
}
