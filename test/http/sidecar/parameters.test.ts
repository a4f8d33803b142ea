import { describe, expect, test } from 'vitest';
import { SCORE_FIELDS } from '../../../src/sidecar/servers/score-fields.js';
import { UPSTREAM_KINDS, type UpstreamKind } from '../../../src/sidecar/upstream/upstream.js';
import { rewardOf } from '../../sidecar/fake-servers.js';
import { startSidecar } from '../../support/sidecar-app.js';

/** Every form of request, and the kind of server that speaks it. */
const FORMS: readonly { path: string; body: object; kind: UpstreamKind | undefined; harmless: string[] }[] = [
  { path: '/get_reward', body: { query: ['a'] }, kind: 'openrlhf', harmless: [] },
  { path: '/slime', body: { prompt: 'p', response: 'r' }, kind: undefined, harmless: ['metadata'] },
  {
    path: '/classify',
    body: { input: 'a' },
    kind: 'vllm-classify',
    harmless: ['user', 'priority', 'request_id'],
  },
  { path: '/classify', body: { text: ['a'] }, kind: 'sglang-classify', harmless: ['rid', 'log_metrics'] },
  { path: '/v1/classify', body: { input: ['a'] }, kind: 'vllm-classify', harmless: ['user', 'rid'] },
  { path: '/pooling', body: { input: 'a' }, kind: 'vllm-pooling', harmless: ['user', 'cache_salt'] },
  { path: '/v1/embeddings', body: { input: 'a' }, kind: 'openai-embeddings', harmless: ['user', 'rid'] },
  { path: '/predict', body: { inputs: 'a' }, kind: 'tei-predict', harmless: [] },
];

/** A value of every field that changes a score. */
const VALUES: Readonly<Record<string, unknown>> = {
  add_special_tokens: false,
  truncate_prompt_tokens: 4096,
  truncation_side: 'left',
  padding: 'max_length',
  mm_processor_kwargs: { num_crops: 4, deep: { a: [1, null] } },
  additional_data: [1],
  chat_template: '{{ messages }}',
  chat_template_kwargs: { enable_thinking: false },
  add_generation_prompt: true,
  continue_final_message: true,
  media_io_kwargs: { image: {} },
  dimensions: 64,
  normalize: false,
  task: 'token_classify',
  lora_path: 'adapter',
  truncate: false,
  truncation_direction: 'left',
};

const fieldsOf = (kind: UpstreamKind | undefined) =>
  kind === undefined ? [] : Object.keys(SCORE_FIELDS[kind]);

/** The forms that a kind of server has, too. */
const CONTRACTS = FORMS.flatMap(({ kind, ...form }) => (kind === undefined ? [] : [{ ...form, kind }]));

describe('a field that changes the score', () => {
  test('has a value here', () => {
    const names = UPSTREAM_KINDS.flatMap(fieldsOf);
    expect(new Set(Object.keys(VALUES))).toEqual(new Set(names));
  });

  test.each(CONTRACTS)('$path $body: each reaches a server of the contract', async ({ path, body, kind }) => {
    const { ask, fake } = await startSidecar(kind);
    for (const name of fieldsOf(kind)) {
      const { status } = await ask(path, { ...body, [name]: VALUES[name] });
      expect([name, status]).toEqual([name, 200]);
      expect(fake.requests.at(-1)?.body[name]).toEqual(VALUES[name]);
    }
    expect(fake.requests).toHaveLength(fieldsOf(kind).length);
  });

  test.each(
    FORMS.flatMap((form) =>
      UPSTREAM_KINDS.filter((other) => other !== form.kind).map((other) => ({ ...form, other })),
    ),
  )('$path $body: is refused by name before $other, null is not', async ({ path, body, kind, other }) => {
    const { ask, fake } = await startSidecar(other, { upstream: { unknown_fields: 'ignore' } });
    for (const name of fieldsOf(kind)) {
      const before = fake.requests.length;
      const answer = await ask(path, { ...body, [name]: VALUES[name] });
      expect([name, answer.status]).toEqual([name, 422]);
      expect(answer.body.errors).toMatchObject([{ path: `/${name}` }]);
      expect(answer.body.errors[0].message).toContain('changes the score');
      expect(fake.requests).toHaveLength(before);
      expect((await ask(path, { ...body, [name]: null })).status).toBe(200);
      expect(fake.requests.length).toBeGreaterThan(before);
      if (name !== 'truncate') expect(fake.requests.at(-1)?.body).not.toHaveProperty(name);
    }
  });

  test.each(CONTRACTS)(
    '$path $body: each of a wrong form is refused by name',
    async ({ path, body, kind }) => {
      const { ask, fake } = await startSidecar(kind);
      for (const name of fieldsOf(kind).filter((one) => one !== 'additional_data')) {
        const answer = await ask(path, { ...body, [name]: [{ wrong: true }] });
        expect([name, answer.status]).toEqual([name, 422]);
        expect(answer.body.errors[0].path).toBe(`/${name}`);
      }
      expect(fake.requests).toHaveLength(0);
    },
  );

  test('texts with different ones never share an upstream request, those with the same do', async () => {
    const upstream = { batch: { size: 64, wait: 60, concurrency: 1 } };
    const { ask, fake } = await startSidecar('vllm-classify', { upstream, knobs: { latency: 40 } });
    const saying = [
      {},
      { user: 'me' },
      { truncate_prompt_tokens: 5 },
      { truncate_prompt_tokens: 6 },
      { truncate_prompt_tokens: 5, add_special_tokens: null },
      { mm_processor_kwargs: { a: 1, b: [1, 2] } },
      { mm_processor_kwargs: { b: [1, 2], a: 1 } },
      { mm_processor_kwargs: { b: [2, 1], a: 1 } },
    ];
    const texts = Array.from({ length: 80 }, (_, i) => `text ${i}`);
    const said = (i: number) => saying[i % saying.length] ?? {};
    const answers = await Promise.all(texts.map((input, i) => ask('/classify', { input, ...said(i) })));
    expect(answers.map(({ body }) => body.data[0].probs.at(-1))).toEqual(texts.map(rewardOf));
    const kinds = fake.requests.map(({ body: { input, model, use_activation, ...fields } }) => fields);
    fake.requests.forEach(({ texts: together }, k) => {
      for (const text of together) {
        const { user, add_special_tokens, ...own } = said(Number(text.split(' ')[1])) as Record<
          string,
          unknown
        >;
        expect(kinds[k]).toEqual(own);
      }
    });
    expect(fake.requests.length).toBeLessThan(20);
  });
});

describe('other fields', () => {
  test.each(FORMS)('$path $body: harmless ones are passed over', async ({ path, body, kind, harmless }) => {
    for (const upstream of UPSTREAM_KINDS.slice(kind === undefined ? 0 : UPSTREAM_KINDS.indexOf(kind))) {
      const { ask, fake } = await startSidecar(upstream);
      const given = Object.fromEntries(harmless.map((name) => [name, name === 'priority' ? 1 : 'x']));
      const answer = await ask(path, { ...body, ...given });
      expect([upstream, answer.status, answer.body.errors]).toEqual([upstream, 200, undefined]);
      for (const name of harmless) expect(fake.requests[0]?.body).not.toHaveProperty(name);
    }
  });

  test.each(FORMS)('$path $body: unknown ones are refused by name unless ignored', async ({ path, body }) => {
    const strict = await startSidecar('vllm-pooling');
    const answer = await strict.ask(path, { ...body, temperature: 0, 'a/b': 0 });
    expect(answer.status).toBe(422);
    expect(answer.body.errors.map((error: { path: string }) => error.path)).toEqual([
      '/temperature',
      '/a~1b',
    ]);
    expect(strict.fake.requests).toHaveLength(0);
    const lax = await startSidecar('vllm-pooling', { upstream: { unknown_fields: 'ignore' } });
    expect((await lax.ask(path, { ...body, temperature: 0 })).status).toBe(200);
    expect(lax.fake.requests[0]?.body).not.toHaveProperty('temperature');
  });

  test.each(['image_data', 'input_ids', 'input_embeds'])(
    '%s, which is not text, is refused even where unknown ones are ignored',
    async (name) => {
      const { ask } = await startSidecar('sglang-classify', { upstream: { unknown_fields: 'ignore' } });
      const answer = await ask('/classify', { text: ['a'], [name]: ['x'] });
      expect([answer.status, answer.body.errors[0].path]).toEqual([422, `/${name}`]);
      expect((await ask('/classify', { text: ['a'], [name]: null })).status).toBe(200);
    },
  );

  test('thousands of unknown ones are refused in short', async () => {
    const { ask } = await startSidecar('openrlhf');
    const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`field_${i}`, i]));
    const { status, body } = await ask('/get_reward', { query: ['a'], ...many });
    expect([status, body.errors.length]).toEqual([422, 20]);
  });

  test('a form whose other field is null is that form', async () => {
    const { ask } = await startSidecar('sglang-classify');
    expect((await ask('/classify', { input: null, text: ['a'] })).body).toMatchObject([{}]);
    expect((await ask('/classify', { text: null, input: ['a'] })).body.data).toHaveLength(1);
  });
});

describe('what real clients send', () => {
  test.each([
    ['verl, vLLM', '/classify', { model: 'm', input: 'a', use_activation: false }],
    ['verl before vLLM 0.11', '/classify', { model: 'm', input: 'a', activation: false }],
    ['verl, SGLang', '/v1/embeddings', { model: 'm', input: 'a' }],
    ['OpenRLHF', '/get_reward', { query: ['a'], prompts: ['a'], labels: [''] }],
    ['OpenRLHF 0.3', '/get_reward', { query: ['a'] }],
    ['slime', '/slime', { prompt: 'a', response: 'b', label: null }],
    ['SGLang documentation', '/classify', { model: 'm', text: ['a'] }],
    ["vLLM's example", '/pooling', { model: 'm', input: ['a'], encoding_format: 'float' }],
    ['openai-python', '/v1/embeddings', { model: 'm', input: ['a'], encoding_format: 'base64', user: 'u' }],
    ['text-embeddings-inference', '/predict', { inputs: [['a']], raw_scores: true }],
  ])('%s', async (_, path, body) => {
    for (const kind of UPSTREAM_KINDS) {
      const { ask } = await startSidecar(kind);
      expect([kind, (await ask(path, body)).status]).toEqual([kind, 200]);
    }
  });
});

describe('encoding_format base64', () => {
  const TEXTS = ['one', 'two'];
  const floats = TEXTS.map((text) => Math.fround(rewardOf(text)));
  const read = (text: string) =>
    Buffer.from(text, 'base64').readFloatLE(Buffer.from(text, 'base64').length - 4);

  test.each(['vllm-classify', 'vllm-pooling', 'tei-predict', 'openrlhf'] as const)(
    'before %s is little-endian float32',
    async (kind) => {
      const { ask } = await startSidecar(kind);
      const { body } = await ask('/v1/embeddings', { input: TEXTS, encoding_format: 'base64' });
      expect(body.data.map(({ embedding }: { embedding: string }) => read(embedding))).toEqual(floats);
    },
  );

  test('before SGLang is floats, as it answers', async () => {
    for (const kind of ['openai-embeddings', 'sglang-classify'] as const) {
      const { ask } = await startSidecar(kind);
      const { body } = await ask('/v1/embeddings', { input: TEXTS, encoding_format: 'base64' });
      expect(body.data.map(({ embedding }: { embedding: number[] }) => embedding.at(-1))).toEqual(
        TEXTS.map(rewardOf),
      );
    }
  });

  test('is asked of a server of the contract, and read', async () => {
    const { ask, fake } = await startSidecar('openai-embeddings', { knobs: { base64: true } });
    const answer = await ask('/v1/embeddings', { input: TEXTS, encoding_format: 'base64' });
    expect(fake.requests[0]?.body.encoding_format).toBe('base64');
    const [first] = answer.body.data;
    expect(Buffer.from(first.embedding, 'base64').length).toBe(3 * 4);
    expect(answer.body.data.map(({ embedding }: { embedding: string }) => read(embedding))).toEqual(floats);
  });
});
