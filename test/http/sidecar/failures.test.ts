import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { SLOPE, startSidecar } from '../../support/sidecar-app.js';

const SECRET = 'attack at dawn';

/** A reward model that has no reward for one text. */
const unsure = { reward: (text: string) => (text.includes(SECRET) ? Number.NaN : 1) };

describe('a text that the reward model gives no finite reward', () => {
  test.each([
    ['/get_reward', { query: ['fine', SECRET, 'fine'] }, '/query/1'],
    ['/get_reward', { query: SECRET }, '/query'],
    ['/slime', { prompt: 'p', response: SECRET }, '/response'],
    ['/classify', { input: [SECRET] }, '/input/0'],
    ['/classify', { text: ['fine', SECRET] }, '/text/1'],
    ['/pooling', { input: ['fine', SECRET] }, '/input/1'],
    ['/v1/embeddings', { input: SECRET }, '/input'],
    ['/predict', { inputs: [['fine'], [SECRET]] }, '/inputs/1'],
  ])('%s %j: 502 that names it and never quotes it', async (path, body, place) => {
    const { ask } = await startSidecar('vllm-classify', { knobs: unsure });
    const answer = await ask(path, body);
    expect(answer.status).toBe(502);
    expect(answer.body).toMatchObject({ type: '/docs/errors#no-reward', errors: [{ path: place }] });
    expect(JSON.stringify(answer.body)).not.toContain(SECRET);
  });

  test('null in its place, in batches, where the upstream is configured so; the others are calibrated', async () => {
    const upstream = { on_upstream_failure: 'null' };
    const { ask, importLine } = await startSidecar('vllm-classify', { upstream, knobs: unsure });
    await importLine();
    const one = expect.closeTo(1 - 4 * SLOPE, 12);
    const { body } = await ask('/get_reward', { query: ['fine', SECRET, 'fine'] });
    expect(body).toMatchObject({ rewards: [one, null, one], extra_logs: { raw_reward: [1, null, 1] } });
    expect(body.scores[1]).toBeNull();
    const list = (await ask('/classify', { input: ['fine', SECRET] })).body.data;
    expect(list.map(({ probs }: { probs: unknown[] }) => probs.at(-1))).toEqual([one, null]);
    expect((await ask('/predict', { inputs: [[SECRET]] })).body).toEqual([
      [{ label: 'LABEL_0', score: null }],
    ]);
    expect((await ask('/slime', { prompt: 'p', response: SECRET })).status).toBe(502);
    expect((await ask('/classify', { input: SECRET })).status).toBe(502);
  });
});

describe('an upstream that fails', () => {
  test.each([
    [{ status: 500 }, 503, 'upstream-unavailable'],
    [{ status: 400 }, 502, 'upstream-refused'],
    [{ status: 413 }, 413, 'upstream-refused'],
    [{ status: 422 }, 422, 'upstream-refused'],
    [{ fault: 'wrong-shape' }, 502, 'upstream-wrong-answer'],
    [{ fault: 'not-json' }, 502, 'upstream-wrong-answer'],
    [{ fault: 'hang' }, 504, 'upstream-timeout'],
    [{ missing: 1 }, 502, 'upstream-wrong-answer'],
  ] as const)('%j: %i %s', async (knobs, status, code) => {
    const { ask } = await startSidecar('openai-embeddings', { knobs, upstream: { timeout: 200 } });
    const answer = await ask('/get_reward', { query: [SECRET] });
    expect(answer.status).toBe(status);
    expect(answer.body.type).toBe(`/docs/errors#${code}`);
    expect(answer.headers.get('retry-after') !== null).toBe(status === 503);
    expect(JSON.stringify(answer.body)).not.toContain(SECRET);
  });

  test('that refuses a text of a batch, whose place is then named', async () => {
    const knobs = { refuses: (text: string) => text.startsWith(SECRET) };
    const { ask, fake } = await startSidecar('openrlhf', { knobs });
    const texts = Array.from({ length: 30 }, (_, i) => (i === 17 ? SECRET : `text ${i}`));
    const requests: [path: string, body: object, place: string][] = [
      ['/get_reward', { query: texts }, '/query/17'],
      ['/classify', { input: texts }, '/input/17'],
      ['/get_reward', { query: [...texts, SECRET] }, '/query/17'],
      ['/predict', { inputs: texts.map((text) => [text]) }, '/inputs/17'],
      ['/get_reward', { query: SECRET }, '/query'],
      ['/slime', { prompt: SECRET, response: 'a' }, '/response'],
    ];
    for (const [path, body, place] of requests) {
      const answer = await ask(path, body);
      const found = [
        answer.status,
        answer.body.type,
        answer.body.errors.map((error: { path: string }) => error.path),
      ];
      expect(found, path).toEqual([422, '/docs/errors#upstream-refused', [place]]);
      expect(JSON.stringify(answer.body)).not.toContain(SECRET);
    }
    expect(fake.requests.length).toBeGreaterThan(requests.length);
  });

  test('null for every sample of a batch where it is configured so', async () => {
    const upstream = { on_upstream_failure: 'null' };
    const { ask } = await startSidecar('tei-predict', { upstream, knobs: { status: 500 } });
    const { status, body } = await ask('/get_reward', { query: ['a', 'b'] });
    expect([status, body.rewards, body.scores]).toEqual([200, [null, null], [null, null]]);
    expect((await ask('/get_reward', { query: 'a' })).status).toBe(503);
  });
});

describe('what the sidecar refuses', () => {
  test('an upstream that is not configured, before anything is read', async () => {
    const { url, fake } = await startSidecar('openrlhf');
    for (const name of ['other', 'RM', '..%2Frm', 'http:%2F%2F127.0.0.1', '%00']) {
      const response = await fetch(`${url}/sidecar/${name}/get_reward`, { method: 'POST', body: '{' });
      expect([name, response.status]).toEqual([name, 404]);
      expect(await response.json()).toMatchObject({ type: '/docs/errors#unknown-upstream' });
    }
    expect(fake.requests).toHaveLength(0);
  });

  test.each([
    ['/classify', { input: [] }, '/input'],
    ['/get_reward', { prompts: ['p'] }, '/query'],
    ['/get_reward', { query: [1] }, '/query'],
    ['/get_reward', { query: ['a', 'b'], prompts: ['p'] }, '/prompts'],
    ['/get_reward', { query: 'a', labels: ['x', null] }, '/labels'],
    ['/get_reward', { query: ['a', 'b\ud800'] }, '/query/1'],
    ['/slime', { prompt: 'p' }, '/response'],
    ['/slime', { prompt: 5, response: 'r' }, '/prompt'],
    ['/slime', { prompt: [{ role: 'user', content: 'x\udc00' }], response: 'r' }, '/prompt'],
    ['/classify', { model: 'm' }, ''],
    ['/classify', { input: 'a', text: 'b' }, ''],
    ['/classify', { input: 'a', activation: true }, '/activation'],
    ['/classify', { input: [[1, 2, 3]] }, '/input'],
    ['/v1/embeddings', { input: 'a', encoding_format: 'int8' }, '/encoding_format'],
    ['/pooling', { input: 'a', encoding_format: 'base64' }, '/encoding_format'],
    ['/pooling', { input: 'a', embed_dtype: 'float16' }, '/embed_dtype'],
    ['/v1/embeddings', { input: 'a', endianness: 'big' }, '/endianness'],
    ['/predict', { inputs: ['a', 'b'] }, '/inputs'],
    ['/predict', { inputs: 'a', raw_scores: false }, '/raw_scores'],
    ['/predict', { inputs: 'a', truncate: 'yes' }, '/truncate'],
  ])('%s %j: 422 that names the place', async (path, body, place) => {
    const { ask, fake } = await startSidecar('vllm-classify');
    const answer = await ask(path, body);
    expect(answer.status).toBe(422);
    expect(answer.body.errors[0].path).toBe(place);
    expect(fake.requests).toHaveLength(0);
  });

  test('a request without a key, where keys are set; more texts than MAX_BATCH; an unknown reward key', async () => {
    const environment = { API_KEYS: 'k', MAX_BATCH: '2' };
    const { ask } = await startSidecar('openrlhf', { environment });
    expect((await ask('/get_reward', { query: ['a'] })).status).toBe(401);
    const authorization = { authorization: 'Bearer k' };
    expect((await ask('/get_reward', { query: ['a'] }, authorization)).status).toBe(200);
    expect((await ask('/get_reward', { query: ['a', 'b', 'c'] }, authorization)).body.type).toBe(
      '/docs/errors#too-many-samples',
    );
    expect((await ask('/slime?other=1', { prompt: 'p', response: 'r' }, authorization)).status).toBe(422);
  });

  test('no curve, or not the pinned one, where the upstream is configured so, without asking it', async () => {
    const strict = await startSidecar('openrlhf', { upstream: { on_missing_curve: 'error' } });
    expect((await strict.ask('/get_reward', { query: ['a'] })).body.type).toBe('/docs/errors#no-curve');
    const pinned = await startSidecar('openrlhf', { upstream: { version: 7 } });
    await pinned.importLine();
    expect((await pinned.ask('/get_reward', { query: ['a'] })).body.type).toBe(
      '/docs/errors#unknown-version',
    );
    expect(strict.fake.requests.length + pinned.fake.requests.length).toBe(0);
  });

  test('a curve of a characteristic that text does not tell', async () => {
    const { ask, importLine, fake } = await startSidecar('openrlhf');
    await importLine('tokens');
    expect(await ask('/get_reward', { query: ['a'] })).toMatchObject({
      status: 409,
      body: { type: '/docs/errors#curve-needs-numbers' },
    });
    expect(fake.requests).toHaveLength(0);
  });
});

describe('what the sidecar keeps', () => {
  const queries = (count: number) => Array.from({ length: count }, (_, i) => 'x'.repeat(i + 1));

  test('numbers for a later fit, unless observe is off', async () => {
    const observing = await startSidecar('openrlhf');
    await observing.ask('/get_reward', { query: queries(20) });
    const refit = (url: string) =>
      fetch(`${url}/v1/refit`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"reward_model":"org/rm"}',
      });
    const response = await refit(observing.url);
    expect(await response.json()).toMatchObject({ samples: 20 });
    const silent = await startSidecar('openrlhf', { upstream: { observe: false } });
    await silent.ask('/get_reward', { query: queries(20) });
    expect((await refit(silent.url)).status).toBe(409);
  });

  test('requests under way, and those waiting for their turn, are answered before the service closes', async () => {
    const upstream = { batch: { size: 1, concurrency: 1 } };
    const { ask, fake, app } = await startSidecar('openrlhf', { upstream, knobs: { latency: 300 } });
    const answers = Array.from({ length: 5 }, () => ask('/get_reward', { query: ['a'] }));
    await fake.arrived(1);
    // Accepted and read: a connection whose request has not arrived yet may be closed.
    await setTimeout(150);
    await app.close();
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(fake.requests).toHaveLength(5);
  });

  test('pinned versions calibrate when a later one is current', async () => {
    const { ask, importLine } = await startSidecar('openrlhf', {
      upstream: { version: 1 },
      knobs: { reward: () => 1 },
    });
    await importLine();
    await importLine('words');
    const { body, headers } = await ask('/get_reward', { query: ['four'] });
    expect([body.rewards[0], headers.get('x-curve-version')]).toEqual([1 - 4 * SLOPE, '1']);
  });
});
