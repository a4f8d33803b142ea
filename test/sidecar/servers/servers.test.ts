import { afterEach, describe, expect, test } from 'vitest';
import type { TextToScore } from '../../../src/sidecar/servers/reward-server.js';
import { contractOf } from '../../../src/sidecar/servers/servers.js';
import { parseAnswer } from '../../../src/sidecar/upstream/parse-answer.js';
import {
  resolveHeaders,
  toUpstream,
  UPSTREAM_KINDS,
  type UpstreamKind,
  upstreamSchema,
} from '../../../src/sidecar/upstream/upstream.js';
import { UpstreamClient } from '../../../src/sidecar/upstream/upstream-client.js';
import { BadGateway } from '../../../src/sidecar/upstream-errors.js';
import { type Knobs, rewardOf, startFakeServer } from '../fake-servers.js';

const INDEXED: readonly UpstreamKind[] = ['vllm-classify', 'vllm-pooling', 'openai-embeddings'];
const texts: TextToScore[] = ['one', 'zwei 💬', 'three "quoted" NaN', ''].map((text) => ({ text }));
const rewards = texts.map(({ text }) => rewardOf(text));

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Sends texts to a fake server of a kind. */
async function ask(kind: UpstreamKind, knobs: Knobs = {}, given = texts) {
  const server = await startFakeServer(kind, knobs);
  closing.push(server.close);
  const upstream = toUpstream(
    upstreamSchema.parse({
      name: 'rm',
      reward_model: 'rm-1',
      kind,
      url: server.url,
      retries: 0,
    }),
  );
  const client = new UpstreamClient(upstream, contractOf(kind), {
    answered: () => undefined,
    failed: () => undefined,
    breaker: () => undefined,
  });
  closing.push(() => client.close());
  return { server, batch: await client.send(given) };
}

const upstream = toUpstream(
  upstreamSchema.parse({
    name: 'rm',
    reward_model: 'rm-1',
    kind: 'openrlhf',
    url: 'http://rm.example',
  }),
);

/** Reads an answer that a server of a kind gave to so many texts. */
const read = (kind: UpstreamKind, answer: unknown, count: number) =>
  contractOf(kind)
    .readRewards(answer, count)
    .map(({ reward }) => reward);

describe.each(UPSTREAM_KINDS)('a %s server', (kind) => {
  test('gives every text its own reward', async () => {
    const { server, batch } = await ask(kind);
    expect(batch.rewards.map(({ reward }) => reward)).toEqual(rewards);
    expect(server.requests[0]?.texts).toEqual(texts.map(({ text }) => text));
    expect(server.requests[0]?.headers['content-type']).toBe('application/json');
  });

  test('answers one text as well as many', async () => {
    const { batch } = await ask(kind, {}, texts.slice(1, 2));
    expect(batch.rewards.map(({ reward }) => reward)).toEqual([rewardOf('zwei 💬')]);
  });

  test.each([
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    null,
    ...(kind === 'openrlhf' ? [] : [undefined]),
  ])('that says %s of one text fails this text alone', async (value) => {
    const { batch } = await ask(kind, { reward: (text) => (text === 'one' ? value : rewardOf(text)) });
    expect(batch.rewards.map(({ reward }) => reward)).toEqual([undefined, ...rewards.slice(1)]);
  });

  test.each<[string, Knobs]>([
    ['fewer rewards than texts', { missing: 1 }],
    ['another shape', { fault: 'wrong-shape' }],
    ['no JSON', { fault: 'not-json' }],
  ])('that answers %s fails the batch and is not quoted', async (_, knobs) => {
    const error = await ask(kind, knobs).catch((reason) => reason);
    expect(error).toBeInstanceOf(BadGateway);
    expect(error.code).toBe('upstream-wrong-answer');
    expect(`${error.message}${error.stack}${error.cause}`).not.toMatch(/zwei|quoted/);
  });
});

describe.each(INDEXED)('a %s server', (kind) => {
  test('may answer in any order', async () => {
    const { batch } = await ask(kind, { shuffled: true });
    expect(batch.rewards.map(({ reward }) => reward)).toEqual(rewards);
    expect(batch.rewards.map(({ entry }) => (entry as { index: number }).index)).toEqual([0, 1, 2, 3]);
  });

  test('keeps what else it says for contracts that pass it on', async () => {
    const { batch } = await ask(kind, { extra: { service_tier: 'x' } });
    expect(batch.answer).toMatchObject({ id: 'fake-1', usage: { prompt_tokens: 7 }, service_tier: 'x' });
    expect(batch.rewards[0]?.entry).toMatchObject({ object: 'fake' });
  });

  test.each([[[0, 0]], [[1, 2]], [[0, null]]])(
    'with the indexes %j answers nothing that can be told apart',
    (indexes) => {
      const data = indexes.map((index) => ({ index, probs: [1], data: [1], embedding: [1] }));
      expect(() => read(kind, { data }, 2)).toThrow(BadGateway);
    },
  );
});

describe('requests are what the servers document', () => {
  const given: TextToScore[] = [{ text: 'PR', prompt: 'P', label: 'L' }, { text: 'T' }];
  const build = (kind: UpstreamKind, fields: object = {}) =>
    contractOf(kind).buildRequest(given, { ...upstream, ...fields });

  test.each<[UpstreamKind, string, unknown]>([
    ['openrlhf', '/get_reward', { query: ['PR', 'T'], prompts: ['P', ''], labels: ['L', null] }],
    ['vllm-classify', '/classify', { model: 'rm-1', input: ['PR', 'T'], use_activation: false }],
    ['vllm-pooling', '/pooling', { model: 'rm-1', input: ['PR', 'T'], use_activation: false }],
    ['sglang-classify', '/classify', { model: 'rm-1', text: ['PR', 'T'] }],
    ['openai-embeddings', '/v1/embeddings', { model: 'rm-1', input: ['PR', 'T'] }],
    ['tei-predict', '/predict', { inputs: [['PR'], ['T']], raw_scores: true, truncate: true }],
  ])('%s', (kind, path, body) => {
    expect(contractOf(kind).path).toBe(path);
    expect(build(kind)).toEqual(body);
  });

  test('the model field can differ from the reward model', () => {
    expect(build('vllm-classify', { model: 'org/rm' })).toMatchObject({ model: 'org/rm' });
  });

  test('an old vLLM is asked in its own spelling alone: with both, later ones misread it', () => {
    for (const kind of ['vllm-classify', 'vllm-pooling'] as const) {
      expect(build(kind, { legacyActivation: true })).toEqual({
        model: 'rm-1',
        input: ['PR', 'T'],
        activation: false,
      });
    }
  });

  test('labels are sent where a caller gave one', () => {
    const labelsOf = (...labels: unknown[]) =>
      contractOf('openrlhf').buildRequest(
        labels.map((label) => ({ text: 'T', label })),
        upstream,
      );
    expect(labelsOf(undefined)).toEqual({ query: ['T'], prompts: [''] });
    expect(labelsOf(null)).toMatchObject({ labels: [null] });
    expect(labelsOf({ a: [1] }, undefined, 42)).toMatchObject({ labels: [{ a: [1] }, null, 42] });
  });
});

describe('answers', () => {
  test('of vLLM pooling are a number, a list, or a list for every token: the last number counts', () => {
    const data = [{ data: 1.5 }, { data: [0, 2.5] }, { data: [[9], [0, 3.5]] }, { data: [] }, { data: [[]] }];
    expect(read('vllm-pooling', { data }, 5)).toEqual([1.5, 2.5, 3.5, undefined, undefined]);
  });

  test('of TEI to one text may stand alone', () => {
    expect(read('tei-predict', [{ score: 1.5, label: 'LABEL_0' }], 1)).toEqual([1.5]);
    expect(read('tei-predict', [[{ score: 1.5, label: 'LABEL_0' }]], 1)).toEqual([1.5]);
  });

  test('of a TEI model with several labels are no rewards', () => {
    const entry = [
      { score: 0.6, label: 'good' },
      { score: 0.4, label: 'bad' },
    ];
    expect(() => read('tei-predict', [entry, entry], 2)).toThrow(/several labels/);
    expect(() => read('tei-predict', entry, 1)).toThrow(/several labels/);
  });

  test('without the reward in any entry are another contract’s', () => {
    expect(() => read('vllm-classify', { data: [{ index: 0, embedding: [1] }] }, 1)).toThrow(BadGateway);
  });

  test('with a text for a reward fail the batch, named by the place only', () => {
    const answer = { rewards: [1, 'secret words'] };
    expect(() => read('openrlhf', answer, 2)).toThrow(/rewards\.1: expected a number or null$/);
  });

  test('of OpenRLHF are cut to one text, with every column that has a value a text', () => {
    const answer = { rewards: [1, 2], scores: [0.1, 0.2], extra_logs: { n: [3, 4], odd: [5] }, version: 'x' };
    expect(contractOf('openrlhf').readRewards(answer, 2)[1]?.entry).toEqual({
      rewards: 2,
      scores: 0.2,
      extra_logs: { n: 4 },
    });
  });

  test('of Python keep NaN inside strings', () => {
    expect(
      parseAnswer(String.raw`{"a": NaN, "b": [-Infinity, 1], "c": "NaN \" Infinity \\", "d":Infinity}`),
    ).toEqual({
      a: null,
      b: [null, 1],
      c: 'NaN " Infinity \\',
      d: null,
    });
    for (const wrong of ['NaNs', '{"a": xNaN}', '"NaN', '', '{"a": NaN']) {
      expect(() => parseAnswer(wrong), wrong).toThrow(SyntaxError);
    }
  });

  test.each(['a\\"', '\n', '\\', '"'])('of Python are read with long strings of %j', (piece) => {
    const text = piece.repeat(5_000_000);
    expect(parseAnswer(`{"a": NaN, "b": ${JSON.stringify(text)}}`)).toEqual({ a: null, b: text });
  });

  test.each([String.raw`\"`, String.raw`\\`, '\\', 'a'])(
    'that break off in a string of %s are not JSON',
    (piece) => {
      expect(() => parseAnswer(`{"a": NaN, "b": "${piece.repeat(1_000_000)}`)).toThrow(SyntaxError);
    },
  );
});

describe('headers of an upstream', () => {
  test('take keys from the environment', () => {
    const headers = { Authorization: 'Bearer $RM_KEY', 'X-Price': '5$', 'X-Two': '$A-$B' };
    expect(resolveHeaders(headers, { RM_KEY: 'k', A: '1', B: '2' })).toEqual({
      authorization: 'Bearer k',
      'x-price': '5$',
      'x-two': '1-2',
    });
  });

  test.each([
    [{ authorization: 'Bearer $RM_KEY' }, {}, /^header authorization: .*RM_KEY is not set$/],
    [{ authorization: '$RM_KEY' }, { RM_KEY: '' }, /RM_KEY is not set/],
    [{ authorization: '$RM_KEY' }, { RM_KEY: 'hidden\n' }, /^(?!.*hidden).*authorization/],
    [{ 'x y': 'z' }, {}, /x y/],
    [{ 'Content-Type': 'text/plain' }, {}, /content-type: is set by the service/],
  ])('%j with %j are refused, and no value is told', (headers, environment, message) => {
    expect(() => resolveHeaders(headers, environment)).toThrow(message);
  });

  test('are the place of keys, the URL is not', () => {
    const given = { name: 'a', reward_model: 'a', kind: 'openrlhf' };
    expect(upstreamSchema.safeParse({ ...given, url: 'http://user:key@rm.example' }).success).toBe(false);
    expect(upstreamSchema.safeParse({ ...given, url: 'http://rm.example/a@b' }).success).toBe(true);
  });
});
