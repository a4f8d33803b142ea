import { Readable } from 'node:stream';
import * as zlib from 'node:zlib';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildApp } from '../../../src/app.js';
import { readConfig } from '../../../src/config.js';
import { MemoryStore } from '../../../src/curves/stores/memory-store.js';
import { biasedColumns, post, startApp } from '../../support/app.js';

const rm = 'org/rm';
const ndjson = { 'content-type': 'application/x-ndjson' };
const columns = biasedColumns(500);
const rows = columns.rewards.map((reward, i) => ({ reward, characteristics: { chars: columns.chars[i] } }));

const toLines = (values: readonly unknown[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('');

async function send(
  app: FastifyInstance,
  route: string,
  query: Record<string, string | string[]>,
  payload: string | Buffer,
) {
  const response = await app.inject({ method: 'POST', url: route, query, headers: ndjson, payload });
  const lines = response.body.split('\n').filter((line) => line !== '');
  return { response, status: response.statusCode, answers: lines.map((line) => JSON.parse(line)) };
}

async function startFitted(environment: Record<string, string> = {}): Promise<FastifyInstance> {
  const app = await startApp(environment);
  await post(app, '/v1/fit', { reward_model: rm, columns });
  return app;
}

describe('calibrating lines', () => {
  test('answers a line for a line, to the bit what columns are answered', async () => {
    const app = await startFitted();
    const whole = await post(app, '/v1/calibrate', { reward_model: rm, columns, include: ['biases'] });
    const query = { reward_model: rm, include: 'biases' };
    const { response, answers } = await send(app, '/v1/calibrate', query, toLines(rows));
    expect(response.headers).toMatchObject({ ...ndjson, 'x-curve-version': '1' });
    expect(answers.map(({ reward }) => reward)).toEqual(whole.body.rewards);
    expect(answers.map(({ bias }) => bias)).toEqual(whole.body.biases);
  });

  test('gives ids back, with every kind of row and a wrong one among them', async () => {
    const app = await startFitted();
    const ids = ['a', 7, '', undefined, 'é👋', -3, '0'];
    const rows = ids.map((id, i) => ({ id, reward: i, response: 'x'.repeat(20 + i) }));
    const { answers } = await send(app, '/v1/calibrate', { reward_model: rm }, toLines(rows));
    // An empty id is wrong.
    expect(answers.map(({ id }) => id)).toEqual(ids.map((id) => (id === '' ? undefined : id)));
    expect(answers[2].error.errors[0].path).toBe('/id');
    const samples = rows.filter(({ id }) => id !== '');
    const whole = await post(app, '/v1/calibrate', { reward_model: rm, samples, include: ['ids'] });
    expect(whole.body.ids).toEqual(samples.map(({ id }) => id ?? null));
    expect(whole.body.rewards).toEqual(answers.flatMap(({ reward }) => reward ?? []));
    expect((await post(app, '/v1/calibrate', { reward_model: rm, samples })).body).not.toHaveProperty('ids');
    await post(app, '/v1/fit', { reward_model: 'other', columns });
    const many = samples.map(({ id, response, reward }) => ({
      id,
      response,
      rewards: { [rm]: reward, other: reward },
    }));
    const combined = { combine: 'mean', samples: many, include: ['ids'] };
    expect((await post(app, '/v1/calibrate', combined)).body.ids).toEqual(whole.body.ids);
    const inColumns = await post(app, '/v1/calibrate', { reward_model: rm, columns, include: ['ids'] });
    expect([inColumns.status, inColumns.body.errors[0].path]).toEqual([422, '/include']);
  });

  test('answers a wrong line in its place and goes on', async () => {
    const app = await startFitted();
    const good = '{"reward":1,"response":"twenty characters or so"}';
    const lines = [
      good,
      '{"reward":null,"response":"a"}',
      '',
      '{"reward":1}',
      'not json',
      '{"reward":1,"response":"a","extra":1}',
      '{"reward":1,"characteristics":{"chars":-1}}',
      '{"reward":1e999,"response":"a"}',
      good,
    ];
    const { status, answers } = await send(app, '/v1/calibrate', { reward_model: rm }, lines.join('\n'));
    expect(status).toBe(200);
    const errors = answers.flatMap(({ error }) => (error ? [error] : []));
    expect(errors.map(({ line, status, errors: [first] }) => [line, status, first?.path])).toEqual([
      [2, 422, '/reward'],
      [4, 422, ''],
      [5, 400, ''],
      [6, 422, '/extra'],
      [7, 422, '/characteristics/chars'],
      [8, 422, '/reward'],
    ]);
    expect(answers).toHaveLength(8);
    expect(answers[7]).toEqual(answers[0]);
    expect(answers[0].reward).toBeTypeOf('number');
  });

  test('keeps to one curve, whatever is fitted meanwhile', async () => {
    const app = await startFitted();
    const line = toLines([{ reward: 1, characteristics: { chars: 500 } }]);
    async function* slowly() {
      yield Buffer.from(line);
      await post(app, '/v1/fit', { reward_model: rm, columns: { ...columns, rewards: columns.chars } });
      yield Buffer.from(line);
    }
    const response = await app.inject({
      method: 'POST',
      url: '/v1/calibrate',
      query: { reward_model: rm },
      headers: ndjson,
      payload: Readable.from(slowly()),
    });
    const [first, second] = response.body.trim().split('\n');
    expect(second).toBe(first);
    expect((await post(app, '/v1/calibrate', { reward_model: rm, columns })).body.version).toBe(2);
  });

  test('observes, and passes through without a curve', async () => {
    const app = await startApp();
    const query = { reward_model: rm, observe: 'true', on_missing_curve: 'passthrough' };
    const { answers } = await send(app, '/v1/calibrate', query, toLines(rows));
    expect(answers.map(({ reward }) => reward)).toEqual(columns.rewards);
    const refit = await post(app, '/v1/refit', { reward_model: rm });
    expect([refit.status, refit.body.samples]).toEqual([200, 500]);
  });

  describe('is refused before the first line', () => {
    let app: FastifyInstance;
    beforeAll(async () => {
      app = await buildApp(readConfig({ LOG_LEVEL: 'silent' }), { store: new MemoryStore(), version: '0' });
      return () => app.close();
    });

    test.each([
      ['without a reward model', {}, 422, '/reward_model'],
      ['without a curve', { reward_model: rm }, 409, '/reward_model'],
      ['with an unknown parameter', { reward_model: rm, keep: 'true' }, 422, '/keep'],
      ['with a flag that is none', { reward_model: rm, observe: '1' }, 422, '/observe'],
      ['with a version that is none', { reward_model: rm, version: '1.5' }, 422, '/version'],
      ['with something else to include', { reward_model: rm, include: 'text' }, 422, '/include/0'],
    ])('%s', async (_, query: Record<string, string>, status, path) => {
      const { response } = await send(app, '/v1/calibrate', query, toLines(rows));
      expect(response.headers['content-type']).toContain('application/problem+json');
      expect([response.statusCode, response.json().errors[0].path]).toEqual([status, path]);
    });

    test('as are parameters beside a JSON body', async () => {
      const response = await post(app, '/v1/calibrate?version=1', { reward_model: rm, columns });
      expect([response.status, response.body.errors[0].path]).toEqual([422, '/version']);
    });

    test('and lines where a route takes none', async () => {
      const { status, response } = await send(app, '/v1/refit', {}, toLines(rows));
      expect([status, response.json().type]).toEqual([415, '/docs/errors#unsupported-format']);
    });
  });
});

describe('fitting lines', () => {
  test('gives the curve that columns give', async () => {
    const app = await startFitted();
    const { status, answers } = await send(app, '/v1/fit', { reward_model: 'lines' }, toLines(rows));
    expect([status, answers[0].samples]).toEqual([200, 500]);
    const [first, second] = await Promise.all(
      [rm, 'lines'].map(
        async (name) => (await post(app, '/v1/calibrate', { reward_model: name, columns })).body.rewards,
      ),
    );
    expect(second).toEqual(first);
  });

  test('takes its settings from the query string', async () => {
    const app = await startApp();
    const query = {
      reward_model: rm,
      characteristics: ['words:0.5', 'chars'],
      frac: 'auto',
      iterations: '0',
    };
    const text = rows.map(({ reward }, i) => ({ reward, response: 'word '.repeat(1 + (i % 40)) }));
    const { answers } = await send(app, '/v1/fit', query, toLines(text));
    expect(answers[0]).toMatchObject({
      frac: 'auto',
      iterations: 0,
      characteristics: [
        { name: 'words', alpha: 0.5 },
        { name: 'chars', alpha: 1 },
      ],
    });
  });

  test.each([
    ['a wrong row', '{"reward":1,"response":"a"}\n\n{"reward":"1","response":"a"}\n', 422, '/lines/3/reward'],
    ['a row without text', '{"reward":1,"response":"a"}\n{"reward":1}\n', 422, '/lines/2'],
    ['a line that is not JSON', '{"reward":1,"response":"a"}\nx\n', 400, '/lines/2'],
    ['too few', '{"reward":1,"response":"a"}\n', 422, undefined],
    ['nothing', '', 400, undefined],
  ])('refuses %s and changes nothing', async (_, payload, status, path) => {
    const app = await startFitted();
    const { response } = await send(app, '/v1/fit', { reward_model: rm }, payload);
    expect([response.statusCode, response.json().errors[0]?.path]).toEqual([status, path]);
    expect((await post(app, '/v1/calibrate', { reward_model: rm, columns })).body.version).toBe(1);
  });

  test('refuses more than MAX_FIT_SAMPLES', async () => {
    const app = await startFitted({ MAX_FIT_SAMPLES: '499' });
    const { response } = await send(app, '/v1/fit', { reward_model: 'more' }, toLines(rows));
    expect([response.statusCode, response.json().type]).toEqual([422, '/docs/errors#too-many-samples']);
  });
});

describe('compressed bodies', () => {
  const body = JSON.stringify({ reward_model: rm, columns });
  const json = { 'content-type': 'application/json' };

  test.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
  ])('%s is inflated', async (encoding, compress) => {
    const app = await startFitted();
    const plain = await post(app, '/v1/calibrate', { reward_model: rm, columns });
    const response = await app.inject({
      method: 'POST',
      url: '/v1/calibrate',
      headers: { ...json, 'content-encoding': encoding },
      payload: compress(body),
    });
    expect(response.json().rewards).toEqual(plain.body.rewards);
  });

  test('zstd is inflated where Node has it, and refused by name where not', async () => {
    const hasZstd = 'zstdCompressSync' in zlib;
    const app = await startFitted();
    const response = await app.inject({
      method: 'POST',
      url: '/v1/calibrate',
      headers: { ...json, 'content-encoding': 'zstd' },
      payload: hasZstd ? zlib.zstdCompressSync(body) : Buffer.from('any'),
    });
    if (hasZstd) expect(response.json().rewards).toHaveLength(500);
    else
      expect([response.statusCode, response.json().type]).toEqual([415, '/docs/errors#unsupported-encoding']);
  });

  test('lines and a fit, too', async () => {
    const app = await startApp();
    const headers = { ...ndjson, 'content-encoding': 'gzip' };
    const query = { reward_model: rm };
    const payload = gzipSync(toLines(rows));
    const fitted = await app.inject({ method: 'POST', url: '/v1/fit', query, headers, payload });
    expect(fitted.json().samples).toBe(500);
    const calibrated = await app.inject({ method: 'POST', url: '/v1/calibrate', query, headers, payload });
    expect(calibrated.body.trim().split('\n')).toHaveLength(500);
  });

  test.each([
    [
      'what inflates beyond BODY_LIMIT',
      gzipSync(Buffer.alloc(1_000_000, ' ')),
      'gzip',
      413,
      'body-too-large',
    ],
    ['what is not gzip', Buffer.from('no'), 'gzip', 400, 'not-decompressible'],
    ['what is cut off', gzipSync(body).subarray(0, 50), 'gzip', 400, 'not-decompressible'],
    ['an unknown encoding', Buffer.from(body), 'snappy', 415, 'unsupported-encoding'],
  ])('%s is refused', async (_, payload, encoding, status, code) => {
    const app = await startApp({ BODY_LIMIT: '100000' });
    const headers = { ...json, 'content-encoding': encoding };
    const response = await app.inject({ method: 'POST', url: '/v1/calibrate', headers, payload });
    expect([response.statusCode, response.json().type]).toEqual([status, `/docs/errors#${code}`]);
  });
});
