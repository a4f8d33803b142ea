import { describe, expect, test } from 'vitest';
import { biasedColumns, post, shareApp, startApp } from '../support/app.js';

const columns = biasedColumns(40);
const shared = shareApp(async (app) => {
  await post(app, '/v1/fit', { reward_model: 'm', columns });
});
const samples = columns.rewards.map((reward, i) => ({
  id: i,
  prompt: `p${i >> 2}`,
  response: 'x'.repeat(columns.chars[i] ?? 0),
  reward,
}));
const noisy = samples.map((sample) => ({ ...sample, score: 1, 'hé, llo': [{ reward: 1 }] }));
const HEADER = 'score, h%C3%A9%2C%20llo';

async function ask(url: string, body: object, query: Record<string, string> = {}) {
  return shared.app.inject({ method: 'POST', url, query, payload: body });
}

async function askLines(url: string, rows: readonly object[], query: Record<string, string> = {}) {
  const payload = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  const headers = { 'content-type': 'application/x-ndjson' };
  return shared.app.inject({ method: 'POST', url, query, payload, headers });
}

const groups = [{ prompt: 'p', responses: [{ response: 'a', reward: 1 }] }];

const pairs = (more: object = {}) =>
  samples.slice(0, 30).map(({ response, reward }) => ({
    chosen: { response, reward },
    rejected: { response: 'no', reward: reward - 0.5 },
    ...more,
  }));
const BASELINE = [{ prompt_id: 1, reward: 0.5, response: 'xy' }];
const outputs = (more: object = {}) =>
  ['a', 'b'].map((generator, i) => ({ generator, prompt_id: 1, reward: i, response: 'x', ...more }));

describe('unknown_fields=ignore passes over what the API does not know, and names it in a header', () => {
  test.each([
    [
      '/v1/calibrate',
      { reward_model: 'm', samples },
      { reward_model: 'm', score: 2, samples: noisy },
      'score, h%C3%A9%2C%20llo',
    ],
    ['/v1/fit-calibrate', { samples }, { samples: noisy, seed: 1 }, 'score, h%C3%A9%2C%20llo, seed'],
    ['/v1/disputed-pairs', { reward_model: 'm', samples }, { reward_model: 'm', samples: noisy }, HEADER],
    [
      '/v1/evaluate',
      { reward_model: 'm', pairs: pairs(), bootstrap: { resamples: 100 } },
      { reward_model: 'm', pairs: pairs({ strength: 'strong' }), bootstrap: { resamples: 100, b: 1 } },
      'strength, b',
    ],
    [
      '/v1/leaderboard',
      { reward_model: 'm', outputs: outputs(), baseline: BASELINE },
      { reward_model: 'm', outputs: outputs({ judge: 'x' }), baseline: BASELINE },
      'judge',
    ],
    [
      '/v1/preference-pairs',
      { reward_model: 'm', groups },
      { reward_model: 'm', groups: [{ ...groups[0], n: 0 }] },
      'n',
    ],
  ])('%s, JSON', async (url, plain, given, header) => {
    const expected = await ask(url, plain);
    expect([expected.statusCode, expected.headers['x-unknown-fields']]).toEqual([200, undefined]);
    expect((await ask(url, given)).statusCode).toBe(422);
    const answer = await ask(url, given, { unknown_fields: 'ignore' });
    expect([answer.statusCode, answer.headers['x-unknown-fields']]).toEqual([200, header]);
    // How long a fit took differs.
    const lasting = (body: object) => ({ ...body, diagnostics: null });
    expect(lasting(answer.json())).toEqual(lasting(expected.json()));
  });

  test('lines', async () => {
    for (const url of ['/v1/calibrate', '/v1/disputed-pairs', '/v1/preference-pairs']) {
      const ofRoute = <Row extends object>(rows: readonly Row[]) =>
        url === '/v1/preference-pairs' ? rows.map((row) => ({ ...row, id: undefined })) : rows;
      const query = { reward_model: 'm' };
      const expected = await askLines(url, ofRoute(samples), query);
      expect(expected.statusCode, expected.body).toBe(200);
      const answer = await askLines(url, ofRoute(noisy), { ...query, unknown_fields: 'ignore' });
      expect([answer.statusCode, answer.body]).toEqual([200, expected.body]);
      expect(answer.headers['x-unknown-fields']).toBe(HEADER);
      expect((await askLines(url, ofRoute(noisy), query)).statusCode).toBe(422);
    }
    const fit = await askLines('/v1/fit-calibrate', noisy, { unknown_fields: 'ignore' });
    expect([fit.statusCode, fit.headers['x-unknown-fields']]).toEqual([200, HEADER]);
  });

  test('a wrong value, and any other word for it, is refused all the same', async () => {
    const wrong = { reward_model: 'm', samples: [{ response: 'a', reward: null, score: 1 }] };
    const answer = await ask('/v1/calibrate', wrong, { unknown_fields: 'ignore' });
    expect([answer.statusCode, answer.json().errors.map(({ path }: { path: string }) => path)]).toEqual([
      422,
      ['/samples/0/reward'],
    ]);
    const other = await ask('/v1/calibrate', { reward_model: 'm', samples }, { unknown_fields: 'yes' });
    expect([other.statusCode, other.json().errors[0].path]).toEqual([422, '/unknown_fields']);
  });

  test('a field that one form of the body knows is not passed over for the other', async () => {
    const mixed = {
      reward_model: 'm',
      combine: 'min',
      samples: [{ response: 'a', reward: 1, rewards: { m: 1 } }],
    };
    const answer = await ask('/v1/calibrate', mixed, { unknown_fields: 'ignore' });
    expect(answer.statusCode).toBe(422);
  });

  test('a number beyond all doubles is no null, and routes without the parameter have none', async () => {
    const rows =
      '[{"subset":"Ties","id":"ref:0","num_correct":1,"total_completions":1e400,"scores":[1,0],"characteristics":{"chars":[1,2]}}]';
    const payload = `{"protocol":"reward-bench-2","reward_model":"m","rows":${rows}}`;
    const headers = { 'content-type': 'application/json' };
    const url = '/v1/evaluate?unknown_fields=ignore';
    expect((await shared.app.inject({ method: 'POST', url, payload, headers })).statusCode).toBe(422);
    const exported = (await shared.app.inject('/v1/curves?reward_model=m&version=1')).json();
    const imported = await shared.app.inject({
      method: 'PUT',
      url: '/v1/curves?unknown_fields=ignore',
      payload: { ...exported, future_field: 1 },
    });
    expect(imported.statusCode).toBe(422);
  });

  test('JSON that a thread would read is small, or sent as lines; deep JSON is refused', async () => {
    const many = { samples: Array.from({ length: 20_000 }, (_, i) => ({ ...noisy[0], reward: i })) };
    const large = await ask('/v1/fit-calibrate', many, { unknown_fields: 'ignore' });
    expect([large.statusCode, large.json().detail]).toEqual([413, expect.stringContaining('NDJSON')]);
    const deep = `{"samples":[{"reward":1,"response":"a","x":${'['.repeat(5_000)}${']'.repeat(5_000)}}]}`;
    const headers = { 'content-type': 'application/json' };
    const url = '/v1/fit-calibrate?unknown_fields=ignore';
    const answer = await shared.app.inject({ method: 'POST', url, payload: deep, headers });
    expect([answer.statusCode, answer.json().type]).toEqual([422, '/docs/errors#too-deep']);
  });

  test('very many names are cut in the header', async () => {
    const names = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`${'n'.repeat(90)}${i}`, i]));
    const body = { reward_model: 'm', samples: [{ ...samples[0], ...names }] };
    const answer = await ask('/v1/calibrate', body, { unknown_fields: 'ignore' });
    const named = String(answer.headers['x-unknown-fields']).split(', ');
    expect([answer.statusCode, named.at(-1)]).toEqual([200, 'and more']);
    expect(String(answer.headers['x-unknown-fields']).length).toBeLessThan(1_100);
  });
});

describe('an unknown field is refused with the field that was meant', () => {
  const hintOf = async (url: string, body: object, field: string): Promise<string> => {
    const { errors } = (await ask(url, body)).json();
    const found = errors.find(({ path }: { path: string }) => path.endsWith(`/${field}`));
    return found?.message;
  };

  test.each([
    ['score', 'reward'],
    ['Reward', 'reward'],
    ['rewrad', 'reward'],
    ['completion', 'response'],
    ['respones', 'response'],
    ['instruction', 'prompt'],
    ['caracteristics', 'characteristics'],
  ])('%s → %s in a row', async (given, meant) => {
    const row = { response: 'a', [given]: 1 };
    const hint = await hintOf('/v1/calibrate', { reward_model: 'm', samples: [row] }, given);
    expect(hint).toBe(`is not a known field: did you mean \`${meant}\`?`);
  });

  test.each([
    ['/v1/fit', 'span', 'frac'],
    ['/v1/fit', 'model', 'reward_model'],
    ['/v1/fit', 'iter', 'iterations'],
    ['/v1/calibrate', 'keepMean', 'keep_mean'],
  ])('%s: %s → %s at the top', async (url, given, meant) => {
    const hint = await hintOf(url, { columns, [given]: 1 }, given);
    expect(hint).toBe(`is not a known field: did you mean \`${meant}\`?`);
  });

  test.each([
    ['tokens', 231],
    ['length', 40],
    ['chars', 40],
  ])('the number %s of a row belongs into its characteristics', async (name, value) => {
    const row = { response: 'a', reward: 1, [name]: value };
    const hint = await hintOf('/v1/calibrate', { reward_model: 'm', samples: [row] }, name);
    expect(hint).toBe(`is not a known field: did you mean \`characteristics.${name}\`?`);
  });

  test('one that is near none is only refused', async () => {
    expect(await hintOf('/v1/fit', { columns, temperature: 1 }, 'temperature')).toBe('is not a known field');
    const long = 'reward'.repeat(10_000);
    const answer = await ask('/v1/calibrate', { reward_model: 'm', samples: [{ [long]: 1 }] });
    expect(answer.body.length).toBeLessThan(2_000);
  });
});

test('the log says that names came after the header of lines, and no name', async () => {
  let log = '';
  const logStream = { write: (line: string) => (log += line) };
  const app = await startApp({ LOG_LEVEL: 'info' }, undefined, { logStream });
  await post(app, '/v1/fit', { reward_model: 'm', columns });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  async function* body() {
    yield Buffer.from(`${JSON.stringify(noisy[0])}\n`);
    await new Promise((resolve) => setTimeout(resolve, 300));
    yield Buffer.from(`${JSON.stringify({ ...noisy[1], secret_field: 1 })}\n`);
  }
  const response = await fetch(`${url}/v1/calibrate?reward_model=m&unknown_fields=ignore`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body: ReadableStream.from(body()),
    duplex: 'half',
  } as RequestInit);
  expect((await response.text()).trim().split('\n')).toHaveLength(2);
  expect(response.headers.get('x-unknown-fields')).toBe(HEADER);
  await app.close();
  expect(log).toContain('further unknown fields');
  expect(log).not.toContain('secret_field');
});
