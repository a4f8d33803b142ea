import {
  Dictionary,
  Int32,
  tableFromArrays,
  tableToIPC,
  Utf8,
  type Vector,
  vectorFromArray,
} from 'apache-arrow';
import type { FastifyInstance } from 'fastify';
import { describe, expect, test } from 'vitest';
import { biasedColumns, post, startApp } from '../../support/app.js';
import { arrowStream } from '../../support/arrow.js';

const route = '/v1/fit-calibrate';
const rm = 'org/rm';
const columns = biasedColumns(300);
const groups = columns.rewards.map((_, i) => `prompt ${i >> 2}`);
const estimators = ['lwr', 'mean', 'penalty', 'lwr-penalty', 'lwr-within'];

async function send(app: FastifyInstance, type: string, payload: string | Buffer, query = {}) {
  const headers = { 'content-type': type };
  const response = await app.inject({ method: 'POST', url: route, query, headers, payload });
  return { status: response.statusCode, body: response.json() };
}

/** The answer without measured times. */
function untimed({ diagnostics, ...answer }: { diagnostics: Record<string, unknown> }) {
  const { fit_seconds: _, seconds: __, ...untimedDiagnostics } = diagnostics;
  return { ...answer, diagnostics: untimedDiagnostics };
}

describe('fitting and calibrating one batch', () => {
  test.each(estimators)('%s: equals a fit and then calibrating, to the bit', async (estimator) => {
    const app = await startApp();
    const characteristics = [{ name: 'chars', alpha: 0.7 }, { name: 'lines' }];
    const lines = columns.chars.map((chars, i) => (chars * 31 + i) % 17);
    const batch = { columns: { ...columns, lines, groups }, estimator, characteristics };
    const once = await post(app, route, batch);
    expect(once.status).toBe(200);

    const fitted = await post(app, '/v1/fit', { reward_model: rm, ...batch });
    const calibrated = await post(app, '/v1/calibrate', {
      reward_model: rm,
      columns: { ...columns, lines },
      include: ['biases'],
    });
    expect(once.body.rewards).toEqual(calibrated.body.rewards);
    expect(once.body.biases).toEqual(calibrated.body.biases);
    expect(once.body.extrapolated).toEqual(calibrated.body.extrapolated);
    expect(once.body.samples).toBe(fitted.body.samples);
    expect(untimed(once.body).diagnostics).toEqual(untimed(fitted.body).diagnostics);
  });

  test('keeps nothing: no curve, and nothing to refit from', async () => {
    const app = await startApp();
    await post(app, route, { columns });
    expect((await app.inject('/v1/curves')).json()).toEqual({ curves: [], observed: [], unreadable: [] });
    expect((await post(app, '/v1/refit', { reward_model: rm })).status).toBeGreaterThanOrEqual(400);
    expect((await post(app, '/v1/calibrate', { reward_model: rm, columns })).status).toBe(409);
  });

  test('JSON rows, columns and NDJSON are answered alike', async () => {
    const app = await startApp();
    const rows = columns.rewards.map((reward, i) => ({
      reward,
      prompt: groups[i],
      characteristics: { chars: columns.chars[i] },
    }));
    const expected = untimed((await post(app, route, { columns: { ...columns, groups } })).body);
    expect(untimed((await post(app, route, { samples: rows })).body)).toEqual(expected);
    const lines = rows.map((row) => JSON.stringify(row)).join('\n');
    expect(untimed((await send(app, 'application/x-ndjson', lines)).body)).toEqual(expected);
  });

  test('an Arrow stream is answered as the same columns in JSON', async () => {
    const app = await startApp();
    const table = tableFromArrays({
      rewards: Float64Array.from(columns.rewards),
      chars: Float64Array.from(columns.chars),
    });
    const stream = Buffer.from(tableToIPC(table, 'stream'));
    const { body } = await send(app, 'application/vnd.apache.arrow.stream', stream);
    expect(untimed(body)).toEqual(untimed((await post(app, route, { columns })).body));
  });

  describe.each([
    ['a few samples, read here', columns],
    ['many, read in the thread', biasedColumns(6_000)],
  ])('prompts of %s', (_, { rewards, chars }) => {
    const numbers = rewards.map((__, i) => i >> 2);
    const texts = numbers.map((prompt) => `prompt ${prompt}`);
    const estimator = 'lwr-within';
    const expected = async (app: FastifyInstance) =>
      untimed((await post(app, route, { columns: { rewards, chars, groups: texts }, estimator })).body);

    test('may be integers in JSON', async () => {
      const app = await startApp();
      const { body } = await post(app, route, { columns: { rewards, chars, groups: numbers }, estimator });
      expect(untimed(body)).toEqual(await expected(app));
    });

    test.each<[string, Vector | Int32Array]>([
      ['numbers', Int32Array.from(numbers)],
      ['text', vectorFromArray(texts, new Utf8())],
      ['a dictionary of text', vectorFromArray(texts, new Dictionary(new Utf8(), new Int32()))],
      ['a dictionary of numbers', vectorFromArray(numbers, new Dictionary(new Int32(), new Int32()))],
    ])('may be %s in Arrow', async (__, prompts) => {
      const app = await startApp();
      const stream = arrowStream({ rewards, chars }, prompts);
      const { body } = await send(app, 'application/vnd.apache.arrow.stream', stream, { estimator });
      expect(untimed(body)).toEqual(await expected(app));
    });
  });

  test('settings of lines travel in the query', async () => {
    const app = await startApp();
    const settings = { estimator: 'mean', ratio: 8, min_samples: 5 };
    const expected = await post(app, route, { columns, ...settings });
    const lines = columns.rewards
      .map((reward, i) => JSON.stringify({ reward, characteristics: { chars: columns.chars[i] } }))
      .join('\n');
    const query = { estimator: 'mean', ratio: '8', min_samples: '5' };
    const { body } = await send(app, 'application/x-ndjson', lines, query);
    expect(untimed(body)).toEqual(untimed(expected.body));
  });

  test.each([
    ['no samples', {}, 422, ''],
    ['a reward model, which it has no use for', { reward_model: rm, columns }, 422, '/reward_model'],
    ['too few samples', { columns: biasedColumns(9) }, 422, undefined],
    ['a window that nothing fills', { columns: biasedColumns(19), estimator: 'mean' }, 422, undefined],
    ['an unknown estimator', { columns, estimator: 'median' }, 422, '/estimator'],
    [
      'a characteristic that is not there',
      { columns, characteristics: [{ name: 'tokens' }] },
      422,
      '/columns/tokens',
    ],
  ])('refuses %s, as a problem with its place', async (_, body, status, path) => {
    const answer = await post(await startApp(), route, body);
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    if (path !== undefined) expect(answer.body.errors[0].path).toBe(path);
  });

  test('refuses more samples than are fitted at once', async () => {
    const app = await startApp({ MAX_FIT_SAMPLES: '299' });
    const { status, body } = await post(app, route, { columns });
    expect(status).toBe(422);
    expect(body.type).toMatch(/too-many-samples$/);
  });

  test('refuses a calibrated reward that is no number any more, and an unreadable body', async () => {
    const app = await startApp();
    expect((await send(app, 'application/json', '{')).status).toBe(400);
    expect((await send(app, 'text/csv', '1,2')).status).toBe(415);
    const huge = columns.rewards.map((_, i) => (i % 2 === 0 ? 1.7e308 : -1.7e308));
    expect((await post(app, route, { columns: { ...columns, rewards: huge } })).status).toBe(422);
  });
});
