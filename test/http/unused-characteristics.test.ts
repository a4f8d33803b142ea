import { makeTable, tableToIPC } from 'apache-arrow';
import type { FastifyInstance } from 'fastify';
import { describe, expect, test } from 'vitest';
import { biasedColumns, post, startApp } from '../support/app.js';

const { rewards, chars } = biasedColumns(40);
const TOKENS = chars.map((length) => Math.ceil(length / 4));
const ROWS = rewards.map((reward, i) => ({
  reward,
  response: 'x'.repeat(chars[i] ?? 0),
  characteristics: { tokens: TOKENS[i] ?? 0 },
}));
const COLUMNS = { rewards, chars, tokens: TOKENS };

const text = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).join('\n');
const arrow = () =>
  Buffer.from(
    tableToIPC(
      makeTable({
        rewards: Float64Array.from(rewards),
        chars: Float64Array.from(chars),
        tokens: Float64Array.from(TOKENS),
      }),
      'stream',
    ),
  );

interface Warned {
  readonly code: string;
  readonly message: string;
}

const unusedIn = (warnings: readonly Warned[]) =>
  warnings.filter(({ code }) => code === 'unused-characteristics').map(({ message }) => message);

/** Posts samples in each of the formats; what is not in the samples is in the query string. */
async function postEach(app: FastifyInstance, url: string, settings: Record<string, unknown>) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(settings))
    for (const one of [value].flat()) query.append(name, String(one));
  const send = (type: string, payload: string | Buffer) =>
    app.inject({ method: 'POST', url: `${url}?${query}`, headers: { 'content-type': type }, payload });
  return {
    rows: await app.inject({ method: 'POST', url, payload: { ...settings, samples: ROWS } }),
    columns: await app.inject({ method: 'POST', url, payload: { ...settings, columns: COLUMNS } }),
    lines: await send('application/x-ndjson', text(ROWS)),
    arrow: await send('application/vnd.apache.arrow.stream', arrow()),
  };
}

async function fitted(): Promise<FastifyInstance> {
  const app = await startApp();
  const { status } = await post(app, '/v1/fit', { reward_model: 'm', columns: { rewards, chars } });
  expect(status).toBe(200);
  return app;
}

describe('characteristics that came with the samples of a fit and are not used', () => {
  test.each([
    ['/v1/fit', { reward_model: 'm' }],
    ['/v1/fit-calibrate', {}],
  ])('%s warns of them in every format', async (url, settings) => {
    const app = await startApp();
    for (const [format, { statusCode, body }] of Object.entries(await postEach(app, url, settings))) {
      expect([format, statusCode]).toEqual([format, 200]);
      const messages = unusedIn(JSON.parse(body).diagnostics.warnings);
      expect([format, messages.length]).toEqual([format, 1]);
      expect(messages[0]).toContain('tokens');
      expect(messages[0]).toContain('"characteristics": ["tokens"]');
    }
  });

  test.each([
    ['/v1/fit', { reward_model: 'm', characteristics: ['tokens'] }],
    ['/v1/fit-calibrate', { characteristics: ['tokens'] }],
  ])('%s says nothing of what it uses, and takes a name alone', async (url, settings) => {
    const app = await startApp();
    const { columns: _, arrow: __, ...rows } = await postEach(app, url, settings);
    for (const { statusCode, body } of Object.values(rows)) {
      expect(statusCode).toBe(200);
      const { diagnostics, characteristics } = JSON.parse(body);
      expect(unusedIn(diagnostics.warnings)).toEqual([]);
      expect(characteristics).toMatchObject([{ name: 'tokens', alpha: 1 }]);
    }
    // Columns give chars as numbers, too.
    const { body } = await app.inject({ method: 'POST', url, payload: { ...settings, columns: COLUMNS } });
    expect(unusedIn(JSON.parse(body).diagnostics.warnings)[0]).toContain('chars');
  });

  test('are named when only some samples have them, and not beyond measure', async () => {
    const app = await startApp();
    const some = ROWS.map((row, i) => ({ ...row, characteristics: i === 17 ? { depth: 3 } : {} }));
    const one = await post(app, '/v1/fit-calibrate', { samples: some });
    expect(unusedIn(one.body.diagnostics.warnings)[0]).toContain('depth');
    const many = ROWS.map((row, i) => ({ ...row, characteristics: { [`name_${i}`]: 1, [`other_${i}`]: 2 } }));
    for (const payload of [text(many), JSON.stringify({ samples: many })]) {
      const type = payload.startsWith('{"samples') ? 'application/json' : 'application/x-ndjson';
      const headers = { 'content-type': type };
      const answer = await app.inject({ method: 'POST', url: '/v1/fit-calibrate', headers, payload });
      const [message = ''] = unusedIn(answer.json().diagnostics.warnings);
      expect(message).toContain('and 12 more');
      expect(message.length).toBeLessThan(600);
    }
  });

  test('a refit warns of those that were observed', async () => {
    const app = await fitted();
    await post(app, '/v1/calibrate', { reward_model: 'm', observe: true, samples: ROWS });
    const plain = await post(app, '/v1/refit', { reward_model: 'm' });
    expect(unusedIn(plain.body.diagnostics.warnings)[0]).toContain('tokens');
    const using = await post(app, '/v1/refit', { reward_model: 'm', characteristics: ['tokens'] });
    expect(using.body.characteristics).toMatchObject([{ name: 'tokens' }]);
    expect(unusedIn(using.body.diagnostics.warnings)).toEqual([]);
  });

  test('are kept in the warnings of the stored curve', async () => {
    const app = await startApp();
    await post(app, '/v1/fit', { reward_model: 'm', samples: ROWS });
    const { body } = await app.inject('/v1/curves?reward_model=m&version=1');
    expect(unusedIn(JSON.parse(body).diagnostics.warnings)).toHaveLength(1);
    const again = await app.inject({ method: 'PUT', url: '/v1/curves', payload: JSON.parse(body) });
    expect(again.statusCode).toBe(200);
  });
});

const side = (i: number) => ({
  reward: rewards[i] ?? 0,
  characteristics: { chars: chars[i] ?? 0, tokens: 5 },
});
const PAIRS = Array.from({ length: 20 }, (_, i) => ({ chosen: side(i), rejected: side(i + 20) }));
const OUTPUTS = Array.from({ length: 20 }, (_, i) => ({
  generator: i % 2 ? 'a' : 'b',
  prompt_id: i >> 1,
  ...side(i),
}));
const BASELINE = Array.from({ length: 10 }, (_, i) => ({ prompt_id: i, ...side(i) }));

describe('labelled pairs and leaderboards', () => {
  test.each([{}, { reward_model: 'm' }])('evaluate warns, with %j', async (calibrator) => {
    const app = await fitted();
    const { status, body } = await post(app, '/v1/evaluate', { ...calibrator, pairs: PAIRS });
    expect(status).toBe(200);
    expect(unusedIn(body.warnings)[0]).toContain('tokens');
  });

  test.each([{}, { reward_model: 'm' }])('a leaderboard warns, with %j', async (calibrator) => {
    const app = await fitted();
    const payload = { ...calibrator, outputs: OUTPUTS, baseline: BASELINE };
    const { status, body } = await post(app, '/v1/leaderboard', payload);
    expect(status).toBe(200);
    expect(unusedIn(body.diagnostics.warnings)[0]).toContain('tokens');
    const inBaseline = OUTPUTS.map(({ characteristics, ...output }) => ({
      ...output,
      characteristics: { chars: characteristics.chars },
    }));
    const again = await post(app, '/v1/leaderboard', { ...payload, outputs: inBaseline });
    expect(unusedIn(again.body.diagnostics.warnings)[0]).toContain('tokens');
  });

  test.each([{}, { reward_model: 'm' }])('neither does where all is used, with %j', async (calibrator) => {
    const app = await fitted();
    const plain = PAIRS.map(({ chosen, rejected }) => {
      const only = ({ reward, characteristics }: ReturnType<typeof side>) => ({
        reward,
        characteristics: { chars: characteristics.chars },
      });
      return { chosen: only(chosen), rejected: only(rejected) };
    });
    const { body } = await post(app, '/v1/evaluate', { ...calibrator, pairs: plain });
    expect(unusedIn(body.warnings)).toEqual([]);
    // The curve's own warnings are as they were.
    const { body: curve } = await post(app, '/v1/evaluate', { ...calibrator, pairs: PAIRS });
    expect(curve.warnings.slice(1)).toEqual(body.warnings);
  });

  test('names alone are settings there, too', async () => {
    const app = await startApp();
    const evaluated = await post(app, '/v1/evaluate', { characteristics: ['tokens', 'chars'], pairs: PAIRS });
    expect(evaluated.body.characteristics).toMatchObject([{ name: 'tokens' }, { name: 'chars' }]);
    const ranked = await post(app, '/v1/leaderboard', {
      characteristics: ['chars', { name: 'tokens', alpha: 0.5 }],
      outputs: OUTPUTS,
      baseline: BASELINE,
    });
    expect(ranked.body.characteristics).toMatchObject([{ name: 'chars' }, { name: 'tokens', alpha: 0.5 }]);
  });
});

describe('characteristics that came with samples to calibrate and that the curve does not use', () => {
  const HEADER = 'x-unused-characteristics';

  test('are named in a header, in every format that has them before the answer', async () => {
    const app = await fitted();
    const { lines, ...others } = await postEach(app, '/v1/calibrate', { reward_model: 'm' });
    for (const [format, { statusCode, headers }] of Object.entries(others))
      expect([format, statusCode, headers[HEADER]]).toEqual([format, 200, 'tokens']);
    const answered = lines.body
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(answered[0].unused).toEqual(['tokens']);
    expect(answered.slice(1).filter((line) => 'unused' in line)).toEqual([]);
  });

  test('are those that were given, not what was measured beside them', async () => {
    const app = await fitted();
    const long = ROWS.map((row) => ({ ...row, response: 'x'.repeat(50_000) }));
    const payload = { reward_model: 'm', observe: true, samples: long };
    expect((await post(app, '/v1/calibrate', payload)).headers[HEADER]).toBe('tokens');
    const none = long.map(({ reward, response }) => ({ reward, response }));
    expect((await post(app, '/v1/calibrate', { ...payload, samples: none })).headers[HEADER]).toBeUndefined();
    expect(
      (await post(app, '/v1/calibrate', { reward_model: 'm', columns: { rewards, chars } })).headers[HEADER],
    ).toBeUndefined();
  });

  test('without a curve nothing is used, and the answer says so already', async () => {
    const app = await startApp();
    const payload = { reward_model: 'm', on_missing_curve: 'passthrough', samples: ROWS };
    const { body, headers } = await post(app, '/v1/calibrate', payload);
    expect([body.calibrated, headers[HEADER]]).toEqual([false, undefined]);
  });

  test('of an ensemble are those that no member uses', async () => {
    const app = await fitted();
    await post(app, '/v1/fit', { reward_model: 'n', characteristics: ['tokens'], samples: ROWS });
    const samples = ROWS.map(({ reward, response, characteristics }) => ({
      response,
      characteristics: { ...characteristics, depth: 1 },
      rewards: { m: reward, n: reward },
    }));
    const { status, headers } = await post(app, '/v1/calibrate', { combine: 'mean', samples });
    expect([status, headers[HEADER]]).toEqual([200, 'depth']);
  });

  test('of preference pairs are named in the header', async () => {
    const app = await fitted();
    const groups = [{ prompt: 'p', responses: ROWS.slice(0, 3) }];
    const { status, headers } = await post(app, '/v1/preference-pairs', { reward_model: 'm', groups });
    expect([status, headers[HEADER]]).toEqual([200, 'tokens']);
  });
});

describe('settings that name characteristics', () => {
  test.each([
    [['tokens', 'tokens'], '/characteristics'],
    [['tokens', { name: 'tokens' }], '/characteristics'],
    [['rewards'], '/characteristics/0'],
    [['1st'], '/characteristics/0'],
    [[5], '/characteristics/0'],
    [[{ nam: 'tokens' }], '/characteristics/0'],
    ['tokens', '/characteristics'],
  ])('%j is refused at %s', async (characteristics, place) => {
    const app = await startApp();
    const { status, body } = await post(app, '/v1/fit-calibrate', { characteristics, columns: COLUMNS });
    expect(status).toBe(422);
    expect(body.errors[0].path.startsWith(place)).toBe(true);
  });
});
