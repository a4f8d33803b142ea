import { describe, expect, test } from 'vitest';
import { BOS, LONGEST, startTei, startVllm, WRONG_BOS } from '../../support/real-defaults.js';
import { startSidecar } from '../../support/sidecar-app.js';

/** A sidecar before a stand-in with the real server's defaults. */
async function sidecarBefore(kind: 'vllm-classify' | 'vllm-pooling' | 'tei-predict', upstream: object = {}) {
  const server = await (kind === 'tei-predict' ? startTei() : startVllm());
  const { ask } = await startSidecar(kind, { upstream: { url: server.url, ...upstream } });
  return { ask, bodies: server.bodies };
}

const TEXTS = ['short answer R=3.5', 'longer answer, not better R=-4'];
const REWARDS = [3.5, -4];
/** Beyond what the models read; the reward is at its end. */
const LONG = `${'word '.repeat(3 * LONGEST)}R=2`;
/** The same with the reward at its beginning. */
const LONG_LATE = `R=2${' word'.repeat(3 * LONGEST)}`;

describe('a server whose default squeezes the score is asked not to', () => {
  test.each(['vllm-classify', 'vllm-pooling', 'tei-predict'] as const)('%s', async (kind) => {
    const { ask } = await sidecarBefore(kind);
    expect((await ask('/get_reward', { query: TEXTS })).body.rewards).toEqual(REWARDS);
    const pooled = (await ask('/pooling', { input: TEXTS, use_activation: false })).body.data;
    expect(pooled.map(({ data }: { data: number[] }) => data.at(-1))).toEqual(REWARDS);
  });

  test.each([{ activation: false }, { softmax: false }, { use_activation: false }, { use_activation: null }])(
    'a caller that says the same as %j changes nothing: later vLLM takes some of these for true',
    async (said) => {
      for (const kind of ['vllm-classify', 'vllm-pooling', 'tei-predict'] as const) {
        const { ask } = await sidecarBefore(kind);
        for (const path of ['/classify', '/v1/classify', '/pooling', '/v1/embeddings']) {
          const { body } = await ask(path, { input: TEXTS, ...said });
          const rewards = body.data.map((entry: Record<string, number[]>) =>
            (entry.probs ?? entry.data ?? entry.embedding)?.at(-1),
          );
          expect([kind, path, rewards]).toEqual([kind, path, REWARDS]);
        }
      }
    },
  );

  test.each([
    ['/classify', { input: TEXTS }, 'use_activation', true],
    ['/classify', { input: TEXTS }, 'softmax', true],
    ['/v1/embeddings', { input: TEXTS }, 'normalize', true],
    ['/pooling', { input: TEXTS }, 'activation', true],
    ['/predict', { inputs: 'a' }, 'raw_scores', false],
  ])('%s %j with %s %j, which squeezes, is refused', async (path, body, name, value) => {
    const { ask, bodies } = await sidecarBefore('vllm-pooling');
    const answer = await ask(path, { ...body, [name]: value });
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toMatchObject([{ path: `/${name}` }]);
    expect(bodies).toHaveLength(0);
  });
});

describe('a text that brings its BOS', () => {
  test.each(['vllm-classify', 'vllm-pooling'] as const)('has one before %s, and says so', async (kind) => {
    const { ask } = await sidecarBefore(kind);
    const { body, headers } = await ask('/get_reward', {
      query: [`${BOS}Hello? Hi. R=1`, 'Hello? Hi. R=2', `${BOS}Hello? R=3`],
      prompts: [`${BOS}Hello? `, 'Hello? ', 'Hello? '],
    });
    expect(body.rewards).toEqual([1, 2, 3]);
    expect(headers.get('x-bos-stripped')).toBe('2');
    expect(body.extra_logs.length).toEqual([7, 7, 3]);
  });

  test('keeps the second of two', async () => {
    const { ask, bodies } = await sidecarBefore('vllm-classify');
    await ask('/classify', { input: `${BOS}${BOS}R=1` });
    expect(bodies[0]?.input).toEqual([`${BOS}R=1`]);
  });

  test('keeps it where the server adds none: the caller says so, or the configuration', async () => {
    const asked = await sidecarBefore('vllm-classify');
    const given = { input: `${BOS}Hi. R=1.5`, add_special_tokens: false };
    const answer = await asked.ask('/classify', given);
    expect(answer.body.data[0].probs).toEqual([1.5]);
    expect(answer.headers.get('x-bos-stripped')).toBeNull();
    expect(asked.bodies[0]).toMatchObject({ input: [given.input], add_special_tokens: false });
    const configured = await sidecarBefore('vllm-pooling', { parameters: { add_special_tokens: false } });
    expect((await configured.ask('/get_reward', { query: [`${BOS}R=4`] })).body.rewards).toEqual([4]);
    // The caller's word counts more.
    const both = { input: `${BOS}R=5`, add_special_tokens: true };
    expect((await configured.ask('/pooling', both)).body.data[0].data).toEqual([5]);
    expect(configured.bodies.map(({ add_special_tokens }) => add_special_tokens)).toEqual([false, true]);
  });

  test('keeps it where the upstream says never: two of them, as the server makes it', async () => {
    const { ask } = await sidecarBefore('vllm-classify', { strip_bos: 'never' });
    expect((await ask('/get_reward', { query: [`${BOS}R=1`] })).body.rewards).toEqual([1 + WRONG_BOS]);
  });

  test.each([
    ['openrlhf', '<s>x'],
    ['vllm-classify', '<|endoftext|>x'],
    ['vllm-classify', ' <s>x'],
    ['tei-predict', 'a<s>x'],
  ] as const)('before %s %j stays as it is', async (kind, text) => {
    const { ask, fake } = await startSidecar(kind);
    const { headers } = await ask('/get_reward', { query: [text] });
    expect(fake.requests[0]?.texts).toEqual([text]);
    expect(headers.get('x-bos-stripped')).toBeNull();
  });

  test.each([
    '<s>',
    '<bos>',
    '<|begin_of_text|>',
    '<|startoftext|>',
    '<BOS_TOKEN>',
    '<｜begin▁of▁sentence｜>',
  ])('%s is a BOS for vLLM, SGLang and text-embeddings-inference', async (bos) => {
    const kinds = [
      'vllm-classify',
      'vllm-pooling',
      'sglang-classify',
      'openai-embeddings',
      'tei-predict',
    ] as const;
    for (const kind of kinds) {
      const { ask, fake } = await startSidecar(kind);
      await ask('/get_reward', { query: [`${bos}x`] });
      expect([kind, fake.requests[0]?.texts]).toEqual([kind, ['x']]);
    }
  });
});

describe('a text that is too long', () => {
  test.each(['left', 'right', 'Left'])(
    'is cut from the %s by text-embeddings-inference',
    async (direction) => {
      const { ask, bodies } = await sidecarBefore('tei-predict');
      const body = { inputs: [[LONG], [LONG_LATE]], truncation_direction: direction };
      const answer = await ask('/predict', body);
      const scores = answer.body.map(([{ score }]: [{ score: number }]) => score);
      expect(scores).toEqual(/left/i.test(direction) ? [2, 0] : [0, 2]);
      expect(bodies[0]).toMatchObject({ truncation_direction: direction, truncate: true, raw_scores: true });
    },
  );

  test('is 413 with `truncate: false`; those beside it in one upstream request are scored', async () => {
    const { ask } = await sidecarBefore('tei-predict', { batch: { concurrency: 1, wait: 100 } });
    const asked = [LONG, ...TEXTS, LONG].map((inputs) => ask('/predict', { inputs, truncate: false }));
    const answers = await Promise.all(asked);
    expect(answers.map(({ status }) => status)).toEqual([413, 200, 200, 413]);
    expect(answers[0]?.body).toMatchObject({ type: '/docs/errors#upstream-refused', status: 413 });
    expect(answers[1]?.body[0].score).toBe(3.5);
    expect(JSON.stringify(answers[0]?.body)).not.toContain('word');
  });

  test('is refused for callers of any contract where the configuration says so', async () => {
    const { ask } = await sidecarBefore('tei-predict', { parameters: { truncate: false } });
    expect((await ask('/get_reward', { query: [LONG] })).status).toBe(413);
    expect((await ask('/predict', { inputs: LONG, truncate: true })).body[0].score).toBe(0);
  });

  test('is null where failures are', async () => {
    const { ask } = await sidecarBefore('tei-predict', { on_upstream_failure: 'null' });
    const { body } = await ask('/predict', { inputs: [[LONG], ['R=1']], truncate: false });
    expect(body.map(([{ score }]: [{ score: number | null }]) => score)).toEqual([null, 1]);
  });

  test('of which vLLM is to read so many tokens is read so far', async () => {
    const { ask } = await sidecarBefore('vllm-classify');
    const body = { input: LONG, truncate_prompt_tokens: 4 };
    expect((await ask('/classify', body)).body.data[0].probs).toEqual([2]);
    expect((await ask('/classify', { input: LONG })).status).toBe(502);
  });
});
