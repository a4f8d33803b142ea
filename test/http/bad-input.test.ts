import type { FastifyInstance } from 'fastify';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildApp } from '../../src/app.js';
import { readConfig } from '../../src/config.js';
import { MemoryStore } from '../../src/curves/stores/memory-store.js';
import { biasedColumns, post, startApp, workerUrl } from '../support/app.js';

const rm = 'org/rm';

/**
 * Name, route, raw body, expected status, expected JSON pointer (undefined: none), expected end of `type`.
 */
type Case = [
  name: string,
  route: string,
  body: string,
  status: number,
  path?: string | undefined,
  type?: string,
];

const row = (fields: string) => `{"reward_model":"${rm}","samples":[${fields}]}`;
const good = '{"reward":1,"response":"a"}';
const named = (name: unknown) =>
  JSON.stringify({ reward_model: name, samples: [{ reward: 1, response: 'a' }] });

const cases: Case[] = [
  ['an empty batch', '/v1/calibrate', row(''), 422, '/samples'],
  [
    'an empty batch of columns',
    '/v1/calibrate',
    `{"reward_model":"${rm}","columns":{"rewards":[],"chars":[]}}`,
    422,
    '/columns/rewards',
  ],
  ['neither rows nor columns', '/v1/calibrate', `{"reward_model":"${rm}"}`, 422, ''],
  [
    'rows and columns',
    '/v1/calibrate',
    `{"reward_model":"${rm}","samples":[${good}],"columns":{"rewards":[1],"chars":[1]}}`,
    422,
    '',
  ],
  ['no reward model', '/v1/calibrate', `{"samples":[${good}]}`, 422, '/reward_model'],
  ['a missing reward', '/v1/calibrate', row(`${good},{"response":"a"}`), 422, '/samples/1/reward'],
  [
    'null for a reward',
    '/v1/calibrate',
    row(`${good},{"reward":null,"response":"a"}`),
    422,
    '/samples/1/reward',
  ],
  ['true for a reward', '/v1/calibrate', row('{"reward":true,"response":"a"}'), 422, '/samples/0/reward'],
  [
    'a string for a reward',
    '/v1/calibrate',
    row('{"reward":"1.5","response":"a"}'),
    422,
    '/samples/0/reward',
  ],
  ['a list for a reward', '/v1/calibrate', row('{"reward":[2],"response":"a"}'), 422, '/samples/0/reward'],
  ['NaN', '/v1/calibrate', row('{"reward":NaN,"response":"a"}'), 400, undefined, 'not-json'],
  ['Infinity', '/v1/calibrate', row('{"reward":Infinity,"response":"a"}'), 400, undefined, 'not-json'],
  ['1e999', '/v1/calibrate', row('{"reward":1e999,"response":"a"}'), 422, '/samples/0/reward'],
  [
    '-1e999 as a characteristic',
    '/v1/calibrate',
    row('{"reward":1,"characteristics":{"chars":-1e999}}'),
    422,
    '/samples/0/characteristics/chars',
  ],
  [
    'a string for a characteristic',
    '/v1/calibrate',
    row('{"reward":1,"characteristics":{"chars":"9"}}'),
    422,
    '/samples/0/characteristics/chars',
  ],
  [
    'null in a column',
    '/v1/calibrate',
    `{"reward_model":"${rm}","columns":{"rewards":[1,null],"chars":[1,2]}}`,
    422,
    '/columns/rewards/1',
  ],
  [
    'a string in a column',
    '/v1/calibrate',
    `{"reward_model":"${rm}","columns":{"rewards":[1,2],"chars":[1,"2"]}}`,
    422,
    '/columns/chars/1',
  ],
  ['a number for a response', '/v1/calibrate', row('{"reward":1,"response":5}'), 422, '/samples/0/response'],
  ['neither text nor characteristic', '/v1/calibrate', row(`${good},{"reward":1}`), 422, '/samples/1'],
  [
    'columns of different length',
    '/v1/calibrate',
    `{"reward_model":"${rm}","columns":{"rewards":[1,2],"chars":[1]}}`,
    422,
    '/columns/chars',
  ],
  [
    'groups of different length',
    '/v1/calibrate',
    `{"reward_model":"${rm}","columns":{"rewards":[1,2],"chars":[1,2],"groups":["a"]}}`,
    422,
    '/columns/groups',
  ],
  [
    'a characteristic that the curve needs and the row lacks',
    '/v1/calibrate',
    '{"reward_model":"tokens-rm","samples":[{"reward":1,"response":"a"}]}',
    422,
    '/samples/0/characteristics/tokens',
  ],
  [
    'a characteristic that the curve needs and the columns lack',
    '/v1/calibrate',
    '{"reward_model":"tokens-rm","columns":{"rewards":[1],"chars":[1]}}',
    422,
    '/columns/tokens',
  ],
  [
    'an inherited property as a characteristic',
    '/v1/fit',
    `{"reward_model":"${rm}","characteristics":[{"name":"toString"}],"samples":[${Array(10).fill('{"reward":1,"characteristics":{}}').join()}]}`,
    422,
    '/samples/0/characteristics/toString',
  ],
  [
    'a negative length',
    '/v1/calibrate',
    row('{"reward":1,"characteristics":{"chars":-1}}'),
    422,
    '/samples/0/characteristics/chars',
  ],
  [
    'a negative length in a column',
    '/v1/calibrate',
    `{"reward_model":"${rm}","columns":{"rewards":[1,2],"chars":[1,-2]}}`,
    422,
    '/columns/chars/1',
  ],
  [
    'a lone surrogate',
    '/v1/calibrate',
    row(`${good},{"reward":1,"response":"a\\ud800b"}`),
    422,
    '/samples/1/response',
  ],
  [
    'a lone surrogate in a prompt',
    '/v1/calibrate',
    row('{"reward":1,"response":"a","prompt":"\\udc00"}'),
    422,
    '/samples/0/prompt',
  ],
  ['too few samples to fit', '/v1/fit', row(good), 422, undefined, 'too-few-samples'],
  [
    '__proto__ in the body',
    '/v1/calibrate',
    `{"__proto__":{"a":1},"reward_model":"${rm}","samples":[${good}]}`,
    400,
    '/__proto__',
    'forbidden-key',
  ],
  [
    '__proto__ in a row',
    '/v1/calibrate',
    row(`${good},{"reward":1,"response":"a","__proto__":{}}`),
    400,
    '/samples/1/__proto__',
    'forbidden-key',
  ],
  [
    '__proto__ escaped',
    '/v1/calibrate',
    row('{"reward":1,"response":"a","\\u005f_proto__":{}}'),
    400,
    '/samples/0/__proto__',
    'forbidden-key',
  ],
  [
    'constructor.prototype',
    '/v1/calibrate',
    row('{"reward":1,"constructor":{"prototype":{}}}'),
    400,
    '/samples/0/constructor',
    'forbidden-key',
  ],
  [
    'an unknown field',
    '/v1/calibrate',
    row('{"reward":1,"response":"a","rewrad":2}'),
    422,
    '/samples/0/rewrad',
  ],
  [
    'an unknown field at the top',
    '/v1/fit',
    `{"reward_model":"${rm}","samples":[${good}],"itertions":3}`,
    422,
    '/itertions',
  ],
  [
    'a column with a wrong name',
    '/v1/calibrate',
    `{"reward_model":"${rm}","columns":{"rewards":[1],"a b":[1]}}`,
    422,
    '/columns/a b',
  ],
  [
    'an unknown version',
    '/v1/calibrate',
    `{"reward_model":"${rm}","version":99,"samples":[${good}]}`,
    404,
    '/version',
    'unknown-version',
  ],
  [
    'version zero',
    '/v1/calibrate',
    `{"reward_model":"${rm}","version":0,"samples":[${good}]}`,
    422,
    '/version',
  ],
  [
    'an unknown estimator',
    '/v1/fit',
    `{"reward_model":"${rm}","estimator":"spline","samples":[${good}]}`,
    422,
    '/estimator',
  ],
  ['frac 0', '/v1/fit', `{"reward_model":"${rm}","frac":0,"samples":[${good}]}`, 422, '/frac'],
  ['frac "Auto"', '/v1/fit', `{"reward_model":"${rm}","frac":"Auto","samples":[${good}]}`, 422, '/frac'],
  ['frac above 1', '/v1/fit', `{"reward_model":"${rm}","frac":1.5,"samples":[${good}]}`, 422, '/frac'],
  [
    'half an iteration',
    '/v1/fit',
    `{"reward_model":"${rm}","iterations":0.5,"samples":[${good}]}`,
    422,
    '/iterations',
  ],
  [
    'the same characteristic twice',
    '/v1/fit',
    `{"reward_model":"${rm}","characteristics":[{"name":"chars"},{"name":"chars"}],"samples":[${good}]}`,
    422,
    '/characteristics',
  ],
  ['a name of 10 KB', '/v1/calibrate', named('n'.repeat(10_240)), 422, '/reward_model'],
  ['a name of 201 bytes in 67 characters', '/v1/calibrate', named('語'.repeat(67)), 422, '/reward_model'],
  ['an empty name', '/v1/calibrate', named(''), 422, '/reward_model'],
  ['a name of spaces', '/v1/calibrate', named('   '), 422, '/reward_model'],
  ['a name with a line break', '/v1/calibrate', named('a\nb'), 422, '/reward_model'],
  ['a name with a NUL', '/v1/calibrate', named('a\0b'), 422, '/reward_model'],
  ['a name that turns the text direction', '/v1/calibrate', named('a\u202eb'), 422, '/reward_model'],
  ['a name with a lone surrogate', '/v1/calibrate', named('a\ud800'), 422, '/reward_model'],
  ['a number for a name', '/v1/calibrate', named(7), 422, '/reward_model'],
  ['not JSON', '/v1/calibrate', '{"reward_model": secret text}', 400, undefined, 'not-json'],
  ['half a body', '/v1/calibrate', row(good).slice(0, -3), 400, undefined, 'not-json'],
  ['an empty body', '/v1/calibrate', '', 400, undefined, 'empty-body'],
  ['a list for a body', '/v1/calibrate', '[]', 422, ''],
  [
    'a reward that overflows',
    '/v1/calibrate',
    '{"reward_model":"huge-rm","columns":{"rewards":[-1.7976931348623157e308],"chars":[500]}}',
    422,
    '/columns/rewards/0',
  ],
  [
    'rewards too large to fit',
    '/v1/fit',
    JSON.stringify({
      reward_model: rm,
      columns: {
        rewards: Array.from({ length: 20 }, (_, i) => (i % 2 ? 1.7e308 : -1.7e308)),
        chars: Array.from({ length: 20 }, (_, i) => i),
      },
    }),
    422,
    '/columns/rewards/0',
  ],
];

describe('bad input gets a problem that names the place and the rule, and changes nothing', () => {
  let app: FastifyInstance;
  let curvesBefore: string;

  beforeAll(async () => {
    const config = readConfig({ LOG_LEVEL: 'silent' });
    app = await buildApp(config, { store: new MemoryStore(), version: '0', workerUrl });
    const { rewards, chars } = biasedColumns(100);
    await post(app, '/v1/fit', { reward_model: rm, columns: { rewards, chars } });
    const tokens = { columns: { rewards, tokens: chars }, characteristics: [{ name: 'tokens' }] };
    await post(app, '/v1/fit', { reward_model: 'tokens-rm', ...tokens });
    const huge = { rewards: rewards.map((reward) => 1e301 * (4 + reward / 10)), chars };
    expect((await post(app, '/v1/fit', { reward_model: 'huge-rm', columns: huge })).status).toBe(200);
    curvesBefore = (await app.inject('/v1/curves')).body;
    return () => app.close();
  });

  test.each(cases)('%s', async (_, url, payload, status, path, type = 'invalid-input') => {
    const headers = { 'content-type': 'application/json', 'x-request-id': 'bad-input-1' };
    const response = await app.inject({ method: 'POST', url, payload, headers });
    expect(response.headers['content-type']).toMatch(/^application\/problem\+json/);
    const problem = response.json();
    expect(problem).toMatchObject({ status, type: `/docs/errors#${type}`, request_id: 'bad-input-1' });
    expect(response.statusCode).toBe(status);
    expect(problem.detail).not.toBe('');
    if (path !== undefined)
      expect(problem.errors.map((error: { path: string }) => error.path)).toContain(path);
    expect(response.body).not.toContain('secret text');
    expect((await app.inject('/v1/curves')).body).toBe(curvesBefore);
  });

  test.each([
    ['columns of different length', { columns: { rewards: [1, 2], chars: [1] } }, '/columns/chars'],
    ['a negative length in a column', { columns: { rewards: [1, 2], chars: [1, -2] } }, '/columns/chars/1'],
    [
      'a negative count',
      { samples: [{ reward: 1, characteristics: { words: -1 } }] },
      '/samples/0/characteristics/words',
    ],
  ])('%s is refused with no curve and passing through, and is not observed', async (_, samples, path) => {
    const body = { reward_model: 'nobody', ...samples, on_missing_curve: 'passthrough', observe: true };
    const refused = await post(app, '/v1/calibrate', body);
    expect([refused.status, refused.body.errors[0].path]).toEqual([422, path]);
    expect((await post(app, '/v1/refit', { reward_model: 'nobody' })).body.type).toBe(
      '/docs/errors#nothing-observed',
    );
  });

  test.each([
    'org/name',
    'a name with spaces',
    '🏆 reward model',
    '../../etc/passwd',
    '%2F..%00',
    'a?b&c=d#e',
  ])('a reward model may be called %s', async (name) => {
    const own = await startApp();
    const columns = biasedColumns(50);
    expect((await post(own, '/v1/fit', { reward_model: name, columns })).body.reward_model).toBe(name);
    const history = await own.inject({ url: '/v1/curves', query: { reward_model: name } });
    expect(history.json().reward_model).toBe(name);
  });

  test('a response may talk about __proto__ and constructor.prototype', async () => {
    const response = 'obj["__proto__"] = 1; {"__proto__": 2}; constructor.prototype';
    const answer = await post(app, '/v1/calibrate', { reward_model: rm, samples: [{ reward: 1, response }] });
    expect(answer.status).toBe(200);
  });

  test.each([
    ['{"__proto__":1}', 400, '/docs/errors#forbidden-key'],
    ['"a constructor"', 422, '/docs/errors#invalid-input'],
  ])('%s a hundred thousand levels deep is refused as anywhere else', async (inner, status, type) => {
    const payload = `{"samples":${'['.repeat(1e5)}${inner}${']'.repeat(1e5)}}`;
    const headers = { 'content-type': 'application/json' };
    const response = await app.inject({ method: 'POST', url: '/v1/calibrate', payload, headers });
    expect([response.statusCode, response.json().type]).toEqual([status, type]);
    expect(response.body.length).toBeLessThan(1_000);
  });

  test('bytes that are not UTF-8 are refused rather than replaced', async () => {
    const payload = Buffer.concat([
      Buffer.from(row(good).slice(0, -6)),
      Buffer.from([0xff]),
      Buffer.from('"}]}'),
    ]);
    const headers = { 'content-type': 'application/json' };
    const response = await app.inject({ method: 'POST', url: '/v1/calibrate', payload, headers });
    expect([response.statusCode, response.json().type]).toEqual([400, '/docs/errors#not-utf-8']);
  });

  test('a body over the limit is a 413, another format a 415, an unknown route a 404, a wrong method a 405', async () => {
    const small = await startApp({ BODY_LIMIT: '1024' });
    const large = await post(small, '/v1/calibrate', { reward_model: 'x'.repeat(2_000) });
    expect([large.status, large.body.type]).toEqual([413, '/docs/errors#body-too-large']);
    const headers = { 'content-type': 'text/csv' };
    const csv = await app.inject({ method: 'POST', url: '/v1/calibrate', payload: 'a,b', headers });
    expect([csv.statusCode, csv.json().type]).toEqual([415, '/docs/errors#unsupported-format']);
    const nowhere = await app.inject('/v2/calibrate');
    expect([nowhere.statusCode, nowhere.json().type]).toEqual([404, '/docs/errors#no-such-route']);
    const wrong = await app.inject('/v1/calibrate?x=1');
    expect([wrong.statusCode, wrong.headers.allow]).toEqual([405, 'POST']);
  });

  test('more samples than MAX_BATCH or MAX_FIT_SAMPLES are refused', async () => {
    const small = await startApp({ MAX_BATCH: '2', MAX_FIT_SAMPLES: '12' });
    const batch = await post(small, '/v1/calibrate', { reward_model: rm, columns: biasedColumns(3) });
    const fitted = await post(small, '/v1/fit', { reward_model: rm, columns: biasedColumns(13) });
    expect([batch.body.type, fitted.body.type]).toEqual([
      '/docs/errors#too-many-samples',
      '/docs/errors#too-many-samples',
    ]);
  });

  test('more rewards in an ensemble than MAX_BATCH are refused, however few the samples', async () => {
    const small = await startApp({ MAX_BATCH: '6' });
    const rewards = Object.fromEntries(['a', 'b', 'c'].map((name) => [name, 1]));
    const send = (count: number) => {
      const samples = Array.from({ length: count }, () => ({ response: 'x', rewards }));
      return post(small, '/v1/calibrate', { combine: 'mean', samples });
    };
    expect((await send(3)).body).toMatchObject({
      type: '/docs/errors#too-many-samples',
      errors: [{ path: '/samples' }],
    });
    expect((await send(2)).body.type).toBe('/docs/errors#no-curve');
  });

  test('wrong query parameters are refused', async () => {
    const bad = await app.inject('/v1/curves?version=2');
    expect([bad.statusCode, bad.json().errors[0].path]).toEqual([422, '/reward_model']);
    expect((await app.inject('/v1/curves?reward_model=a&version=two')).statusCode).toBe(422);
    expect((await app.inject('/v1/curves?reward_model=nobody')).json().type).toBe(
      '/docs/errors#unknown-reward-model',
    );
  });

  test('a document that is not a curve is not imported', async () => {
    const exported = await app.inject({ url: '/v1/curves', query: { reward_model: rm, version: '1' } });
    const document = exported.json();
    const [curve] = document.characteristics;
    const importing = async (change: object) => {
      const payload = { ...document, ...change };
      return (await app.inject({ method: 'PUT', url: '/v1/curves', payload })).json();
    };
    const unsorted = await importing({ characteristics: [{ ...curve, knots: [...curve.knots].reverse() }] });
    expect(unsorted.errors[0].path).toBe('/characteristics/0/knots/1');
    const uneven = await importing({ characteristics: [{ ...curve, biases: [1] }] });
    expect(uneven.errors[0].path).toBe('/characteristics/0/biases');
    const newer = await importing({ schema_version: 3 });
    expect(newer.errors[0].path).toBe('/schema_version');
    expect(newer.detail).toBe(
      '1 rule(s) broken: "schema_version" is 3, of a newer service: the newest that this one reads is 2',
    );
    for (const schema_version of [0, 2.5, '3', null, undefined]) {
      const { errors } = await importing({ schema_version });
      expect(errors).toEqual([{ path: '/schema_version', message: 'must be 1 or 2' }]);
    }
  });
});
