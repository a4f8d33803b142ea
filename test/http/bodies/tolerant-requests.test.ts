import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { post, shareApp, startApp } from '../../support/app.js';

const samples = [
  { reward: 1, characteristics: { chars: 40 } },
  { reward: 2, characteristics: { chars: 90 } },
];
const BYTE_ORDER_MARK = '\ufeff';

/** The service with a curve, and the ways to send samples that must all give the same rewards. */
const shared = shareApp(async (app) => {
  const rewards = Array.from({ length: 40 }, (_, i) => i / 10);
  const chars = rewards.map((reward) => 10 + 60 * reward);
  await post(app, '/v1/fit', { reward_model: 'm', columns: { rewards, chars } });
});
const json = JSON.stringify({ reward_model: 'm', samples });
const lines = samples.map((sample) => `${JSON.stringify(sample)}\n`).join('');

async function sendJson(payload: string | Buffer, headers: Record<string, string> = {}) {
  const type = { 'content-type': 'application/json' };
  return shared.app.inject({
    method: 'POST',
    url: '/v1/calibrate',
    payload,
    headers: { ...type, ...headers },
  });
}

async function sendLines(
  payload: string | Buffer,
  type: string,
  path = '/v1/calibrate',
  query: Record<string, string> = { reward_model: 'm' },
) {
  const headers = { 'content-type': type };
  return shared.app.inject({ method: 'POST', url: path, query, payload, headers });
}

describe('a byte-order mark counts nothing', () => {
  test('before JSON, in the process and in a thread', async () => {
    expect((await sendJson(BYTE_ORDER_MARK + json)).json()).toEqual((await sendJson(json)).json());
    const rewards = Array.from({ length: 20 }, (_, i) => i);
    const fit = JSON.stringify({ columns: { rewards, chars: rewards } });
    const headers = { 'content-type': 'application/json' };
    const fitted = async (payload: string) =>
      (await shared.app.inject({ method: 'POST', url: '/v1/fit-calibrate', payload, headers })).json()
        .rewards;
    expect(await fitted(BYTE_ORDER_MARK + fit)).toEqual(await fitted(fit));
  });

  test('before lines, whatever the first line is', async () => {
    for (const before of ['', '\n', 'no line\n']) {
      const plain = await sendLines(before + lines, 'application/x-ndjson');
      const marked = await sendLines(BYTE_ORDER_MARK + before + lines, 'application/x-ndjson');
      expect([plain.statusCode, marked.body]).toEqual([200, plain.body]);
    }
  });

  test('but a body of nothing else is empty, and one within the body is refused', async () => {
    expect((await sendJson(BYTE_ORDER_MARK)).json().type).toBe('/docs/errors#empty-body');
    expect((await sendJson(BYTE_ORDER_MARK + BYTE_ORDER_MARK + json)).json().type).toBe(
      '/docs/errors#not-json',
    );
  });
});

describe('names in headers', () => {
  test.each(['gzip', 'GZIP', 'GZip', 'x-gzip', ' gzip '])('content-encoding: %s', async (encoding) => {
    const answer = await sendJson(gzipSync(json), { 'content-encoding': encoding });
    expect(answer.json()).toEqual((await sendJson(json)).json());
  });

  test.each(['identity', 'Identity', ''])('content-encoding: "%s" is none', async (encoding) => {
    const answer = await sendJson(json, { 'content-encoding': encoding });
    expect(answer.json()).toEqual((await sendJson(json)).json());
  });

  test.each(['deflate', 'gzip, gzip'])('content-encoding: %s is refused', async (encoding) => {
    const answer = await sendJson(gzipSync(json), { 'content-encoding': encoding });
    expect([answer.statusCode, answer.json().type]).toEqual([415, '/docs/errors#unsupported-encoding']);
    expect(answer.json().detail).toContain('gzip, br');
  });

  test.each([
    'application/ndjson',
    'application/jsonl',
    'application/x-jsonl',
    'application/jsonlines',
    'application/x-jsonlines',
    'Application/X-JsonLines; charset=utf-8',
  ])('%s is JSON lines, on every route that takes them', async (type) => {
    const expected = await sendLines(lines, 'application/x-ndjson');
    const answer = await sendLines(lines, type);
    expect([answer.statusCode, answer.body]).toEqual([200, expected.body]);
    const fit = await sendLines(lines.repeat(10), type, '/v1/fit-calibrate', {});
    expect(fit.statusCode).toBe(200);
  });

  test('a refused format is answered with those that the route takes', async () => {
    const answer = await sendLines('x', 'text/csv');
    expect(answer.statusCode).toBe(415);
    expect(answer.json().detail).toBe(
      'this route reads application/json, application/x-ndjson and application/vnd.apache.arrow.stream',
    );
    const headers = { 'content-type': 'text/csv' };
    const refit = await shared.app.inject({ method: 'POST', url: '/v1/refit', payload: 'x', headers });
    expect(refit.json().detail).toBe('this route reads application/json');
  });
});

describe('a body of another shape is answered with the right one', () => {
  const detailOf = async (url: string, payload: string, type = 'application/json', query = {}) => {
    const headers = { 'content-type': type };
    const { statusCode, body } = await shared.app.inject({ method: 'POST', url, payload, headers, query });
    expect(statusCode, body).toBeGreaterThanOrEqual(400);
    return JSON.parse(body).detail;
  };
  const rows = JSON.stringify(samples);

  test('rows alone, whatever the query says', async () => {
    for (const query of [{}, { reward_model: 'm' }])
      for (const [url, field] of [
        ['/v1/calibrate', 'samples'],
        ['/v1/fit', 'samples'],
        ['/v1/fit-calibrate', 'samples'],
        ['/v1/disputed-pairs', 'samples'],
        ['/v1/preference-pairs', 'groups'],
      ])
        expect(await detailOf(url ?? '', rows, undefined, url === '/v1/fit-calibrate' ? {} : query)).toBe(
          `must be an object, not a list: put the rows into its field "${field}"`,
        );
  });

  test('JSON in JSON', async () => {
    expect(await detailOf('/v1/fit', JSON.stringify(json))).toContain('encoded as JSON twice');
  });

  test('lines as JSON, with their ends and without', async () => {
    for (const payload of [lines, lines.replaceAll('\n', '')])
      expect(await detailOf('/v1/calibrate', payload)).toContain('application/x-ndjson');
  });

  test('what is missing or of another kind, in words of JSON', async () => {
    const body = {
      reward_model: 'm',
      samples: [
        { response: 'a', reward: null },
        { response: 'a', reward: 'x' },
      ],
    };
    const answer = await sendJson(JSON.stringify(body));
    expect(answer.json().errors.map(({ message }: { message: string }) => message)).toEqual([
      'must be a number, not null',
      'must be a number, not text',
    ]);
    const missing = await sendJson(JSON.stringify({ reward_model: 'm', samples: [{ response: 'a' }] }));
    expect(missing.json().detail).toBe('1 rule(s) broken: "reward" is needed: a number');
  });

  test('lines without one line', async () => {
    for (const payload of ['', '\n', '\n \n'])
      expect((await sendLines(payload, 'application/x-ndjson', '/v1/fit')).json().type).toContain(
        'empty-body',
      );
  });
});

describe('a key', () => {
  const basic = (credentials: string) => `Basic ${Buffer.from(credentials).toString('base64')}`;
  const body = { reward_model: 'm', samples };

  test('may be the password of HTTP Basic, with any user, and schemes are written in any case', async () => {
    const app = await startApp({ API_KEYS: 'al:pha,beta' });
    const statusOf = async (authorization: string) =>
      (await app.inject({ method: 'POST', url: '/v1/calibrate', payload: body, headers: { authorization } }))
        .statusCode;
    const right = ['bearer beta', 'BEARER beta', basic(':beta'), basic('any:beta'), basic('a:al:pha')];
    const wrong = ['Basic', 'Basic beta', basic('beta'), basic('beta:'), basic('x:beta,al')];
    // 409: let in, and there is no curve.
    for (const authorization of right) expect(await statusOf(authorization), authorization).toBe(409);
    for (const authorization of wrong) expect(await statusOf(authorization), authorization).toBe(401);
    const { headers } = await app.inject({ method: 'POST', url: '/v1/calibrate', payload: body });
    // Basic would open a browser's dialog on the page.
    expect(headers['www-authenticate']).toBe('Bearer');
  });

  test('is never in the log, in whichever form it came', async () => {
    let log = '';
    const logStream = { write: (line: string) => (log += line) };
    const app = await startApp({ API_KEYS: 'right-key', LOG_LEVEL: 'trace' }, undefined, { logStream });
    for (const credentials of ['u:right-key', 'u:wrong-key', 'user-key:']) {
      const headers = { authorization: basic(credentials) };
      await app.inject({ method: 'POST', url: '/v1/calibrate', payload: body, headers });
    }
    expect(log).toContain('/v1/calibrate');
    for (const secret of ['right-key', 'wrong-key', 'user-key', basic('u:right-key').slice(6)])
      expect(log).not.toContain(secret);
  });
});
