import { describe, expect, test } from 'vitest';
import { UPSTREAM_KINDS } from '../../../src/sidecar/upstream/upstream.js';
import { rewardOf } from '../../sidecar/fake-servers.js';
import { SLOPE, startSidecar } from '../../support/sidecar-app.js';

const PROMPT = '<|im_start|>user\nSay hello.<|im_end|>\n<|im_start|>assistant\n';
const RESPONSES = ['Hello! 👋', 'Hi there, how are you?'];
const TEXTS = RESPONSES.map((response) => `${PROMPT}${response}<|im_end|>\n`);
const LENGTHS = [8, 22];
const RAW = TEXTS.map(rewardOf);
const CALIBRATED = RAW.map((raw, i) => raw - SLOPE * (LENGTHS[i] ?? 0));
const SLIME_TEXT = `${PROMPT}${RESPONSES[0]}`;
const SLIME_RAW = rewardOf(SLIME_TEXT);

type Answer = ReturnType<JSON['parse']>;

/** Every inbound contract: how a trainer asks, and where it reads the rewards. */
const INBOUND = [
  {
    name: 'OpenRLHF, a batch',
    path: '/get_reward',
    body: { query: TEXTS, prompts: [PROMPT, PROMPT], labels: ['a', null] },
    rewards: ({ rewards }: Answer) => rewards,
    rule: 'prompt',
  },
  {
    name: 'OpenRLHF without prompts',
    path: '/get_reward',
    body: { query: TEXTS },
    rewards: ({ rewards }: Answer) => rewards,
    rule: 'marker',
  },
  {
    name: 'vLLM /classify',
    path: '/classify',
    body: { model: 'any', input: TEXTS, activation: false },
    rewards: ({ data }: Answer) => data.map(({ probs }: Answer) => probs.at(-1)),
    rule: 'marker',
  },
  {
    name: 'SGLang /classify',
    path: '/classify',
    body: { model: 'any', text: TEXTS },
    rewards: (answer: Answer) => answer.map(({ embedding }: Answer) => embedding[0]),
    rule: 'marker',
  },
  {
    name: 'SGLang /v1/classify',
    path: '/v1/classify',
    body: { model: 'any', input: TEXTS, use_activation: false },
    rewards: ({ data }: Answer) => data.map(({ probs }: Answer) => probs.at(-1)),
    rule: 'marker',
  },
  {
    name: 'vLLM /pooling',
    path: '/pooling',
    body: { model: 'any', input: TEXTS },
    rewards: ({ data }: Answer) => data.map((entry: Answer) => entry.data.at(-1)),
    rule: 'marker',
  },
  {
    name: 'OpenAI /v1/embeddings',
    path: '/v1/embeddings',
    body: { model: 'any', input: TEXTS, encoding_format: 'float' },
    rewards: ({ data }: Answer) => data.map(({ embedding }: Answer) => embedding.at(-1)),
    rule: 'marker',
  },
  {
    name: 'text-embeddings-inference /predict',
    path: '/predict',
    body: { inputs: TEXTS.map((text) => [text]), raw_scores: true },
    rewards: (answer: Answer) => answer.map(([{ score }]: Answer) => score),
    rule: 'marker',
  },
];

const PAIRS = UPSTREAM_KINDS.flatMap((kind) => INBOUND.map((inbound) => ({ kind, ...inbound })));

describe('every inbound contract in front of every kind of reward-model server', () => {
  test.each(PAIRS)(
    '$name, $kind: calibrated rewards in order',
    async ({ kind, path, body, rewards, rule }) => {
      const { ask, importLine } = await startSidecar(kind);
      await importLine();
      const answer = await ask(path, body);
      expect(answer.status, JSON.stringify(answer.body)).toBe(200);
      expect(rewards(answer.body)).toHaveLength(2);
      rewards(answer.body).forEach((reward: number, i: number) => {
        expect(reward).toBeCloseTo(CALIBRATED[i] ?? 0, 9);
      });
      expect(answer.headers.get('x-reward-calibrated')).toBe('true');
      expect(answer.headers.get('x-curve-version')).toBe('1');
      expect(answer.headers.get('x-response-rule')).toBe(rule);
    },
  );

  test.each(PAIRS)(
    '$name, $kind: raw rewards, marked, while there is no curve',
    async ({ kind, path, body, rewards }) => {
      const { ask } = await startSidecar(kind);
      const answer = await ask(path, body);
      expect(rewards(answer.body)).toEqual(RAW);
      expect(answer.headers.get('x-reward-calibrated')).toBe('false');
      expect(answer.headers.get('x-curve-version')).toBeNull();
    },
  );

  test.each(UPSTREAM_KINDS)('slime, %s: a bare number, or an object with --reward-key', async (kind) => {
    const { ask, importLine } = await startSidecar(kind);
    const body = { prompt: PROMPT, response: RESPONSES[0], label: '4', metadata: {} };
    expect((await ask('/slime', body)).body).toBe(SLIME_RAW);
    await importLine();
    const { body: bare, headers } = await ask('/slime', body);
    expect(bare).toBeCloseTo(SLIME_RAW - 8 * SLOPE, 9);
    expect(headers.get('x-response-rule')).toBe('given');
    const { body: keyed } = await ask('/slime?reward_key=score', body);
    expect(keyed).toEqual({
      score: bare,
      raw_reward: SLIME_RAW,
      bias: expect.closeTo(8 * SLOPE, 9),
      length: 8,
      calibrated: true,
      response_rule: 'given',
    });
  });

  test.each(UPSTREAM_KINDS)('single texts, %s: answered in the form of a single text', async (kind) => {
    const { ask } = await startSidecar(kind);
    const [text] = TEXTS;
    const [raw] = RAW;
    expect((await ask('/get_reward', { query: text, prompts: PROMPT })).body.rewards).toEqual([raw]);
    expect((await ask('/classify', { input: text })).body.data).toMatchObject([{ index: 0 }]);
    expect((await ask('/classify', { text })).body).toMatchObject({ embedding: [raw] });
    expect((await ask('/predict', { inputs: text })).body).toEqual([{ label: 'LABEL_0', score: raw }]);
    expect((await ask('/predict', { inputs: [text] })).body).toEqual([{ label: 'LABEL_0', score: raw }]);
    expect((await ask('/predict', { inputs: [[text]] })).body).toEqual([[{ label: 'LABEL_0', score: raw }]]);
  });
});

describe('what a trainer gets besides', () => {
  test('OpenRLHF: scores are the logistic function, extra_logs are lists with a value a sample', async () => {
    const { ask, importLine } = await startSidecar('vllm-classify');
    const body = { query: TEXTS, prompts: [PROMPT, PROMPT], labels: [null, null] };
    const uncalibrated = (await ask('/get_reward', body)).body;
    expect(uncalibrated.extra_logs).toEqual({
      raw_reward: RAW,
      bias: [0, 0],
      length: LENGTHS,
      calibrated: [0, 0],
    });
    await importLine();
    const { rewards, scores, extra_logs } = (await ask('/get_reward', body)).body;
    expect(scores).toEqual(rewards.map((reward: number) => expect.closeTo(1 / (1 + Math.exp(-reward)), 12)));
    expect(extra_logs).toEqual({
      raw_reward: RAW,
      bias: LENGTHS.map((length) => expect.closeTo(SLOPE * length, 9)),
      length: LENGTHS,
      calibrated: [1, 1],
    });
  });

  test('OpenRLHF with more URLs than samples: empty lists for empty lists, without asking the upstream', async () => {
    const { ask, fake } = await startSidecar('openrlhf');
    const { status, body } = await ask('/get_reward', { query: [], prompts: [], labels: [] });
    expect(status).toBe(200);
    expect(body).toEqual({
      rewards: [],
      scores: [],
      extra_logs: { raw_reward: [], bias: [], length: [], calibrated: [] },
    });
    expect(fake.requests).toHaveLength(0);
  });

  test('of an OpenRLHF upstream: every other field of its answer', async () => {
    const knobs = { extra: { model_name: 'org/rm', tags: ['a', 'b'] } };
    const { ask } = await startSidecar('openrlhf', { knobs });
    const { body } = await ask('/get_reward', { query: TEXTS });
    expect(body).toMatchObject({ model_name: 'org/rm', tags: ['a', 'b'], extra_logs: { dummy_scores: RAW } });
  });

  test.each([
    ['vllm-classify', '/classify', 'probs'],
    ['vllm-classify', '/v1/classify', 'probs'],
    ['vllm-pooling', '/pooling', 'data'],
    ['openai-embeddings', '/v1/embeddings', 'embedding'],
  ] as const)('of a %s upstream at %s: every other field untouched', async (kind, path, field) => {
    const knobs = { extra: { service_tier: 'x', created: 5 } };
    const { ask, importLine, fake } = await startSidecar(kind, { knobs });
    await importLine();
    const { body } = await ask(path, { input: TEXTS });
    expect(fake.requests).toHaveLength(1);
    expect(body).toEqual({
      id: 'fake-1',
      object: 'list',
      model: 'fake',
      usage: { prompt_tokens: 7 },
      service_tier: 'x',
      created: 5,
      data: CALIBRATED.map((reward, index) => ({
        index,
        object: 'fake',
        [field]: [0.25, 0.5, expect.closeTo(reward, 9)],
      })),
    });
  });

  test('of an SGLang upstream: the rest of every entry', async () => {
    const { ask } = await startSidecar('sglang-classify');
    expect((await ask('/classify', { text: TEXTS })).body).toEqual(
      RAW.map((raw) => ({ embedding: [raw], meta_info: { id: 'fake', prompt_tokens: 7 } })),
    );
  });

  test('texts that went in several upstream requests: indexes of this request, usage in sum', async () => {
    const upstream = { batch: { size: 1, concurrency: 1 } };
    const { ask, fake } = await startSidecar('vllm-classify', { upstream, knobs: { shuffled: true } });
    const { body } = await ask('/classify', { input: TEXTS });
    expect(fake.requests).toHaveLength(2);
    expect(body.data.map(({ index }: Answer) => index)).toEqual([0, 1]);
    expect(body.data.map(({ probs }: Answer) => probs.at(-1))).toEqual(RAW);
    expect(body.usage).toEqual({ prompt_tokens: 14 });
  });

  test('concurrent single samples are gathered into one upstream request, each with its own reward', async () => {
    const upstream = { batch: { size: 64, wait: 50, concurrency: 1 } };
    const { ask, fake } = await startSidecar('vllm-classify', { upstream, knobs: { latency: 100 } });
    const texts = Array.from({ length: 40 }, (_, i) => `${PROMPT}${i}`);
    const answers = await Promise.all(texts.map((input) => ask('/classify', { input })));
    expect(answers.map(({ body }) => body.data.at(-1).probs.at(-1))).toEqual(texts.map(rewardOf));
    expect(fake.requests.length).toBeLessThan(10);
  });

  test('messages and prompts reach the reward model and count for nothing', async () => {
    const { ask, fake } = await startSidecar('openrlhf');
    const prompt = [
      { role: 'system', content: 'Be kind.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Say ' },
          { type: 'text', text: 'hello.' },
        ],
      },
    ];
    const { body } = await ask('/slime?reward_key=r', { prompt, response: 'Hello!<|im_end|>' });
    expect(fake.requests[0]?.body).toEqual({
      query: ['Be kind.\n\nSay hello.\n\nHello!<|im_end|>'],
      prompts: ['Be kind.\n\nSay hello.\n\n'],
    });
    expect(body).toMatchObject({ length: 6, bias: 0, calibrated: false });
  });
});
