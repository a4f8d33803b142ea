import { Writable } from 'node:stream';
import fc from 'fast-check';
import type { FastifyInstance } from 'fastify';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildApp } from '../../../src/app.js';
import { readConfig } from '../../../src/config.js';
import { MemoryStore } from '../../../src/curves/stores/memory-store.js';
import { biasedColumns, post, startApp, workerUrl } from '../../support/app.js';

const rm = 'org/rm';
const route = '/v1/preference-pairs';

interface Response {
  response: string | { role: string; content: string }[];
  reward: number;
  characteristics?: Record<string, number>;
}
interface Group {
  prompt: string | { role: string; content: string }[];
  responses: Response[];
}

/** Texts of the lengths that are fitted, each with a reward that grows with it. */
const group = (prompt: string, lengths: number[]): Group => ({
  prompt,
  responses: lengths.map((length, i) => ({
    response: `${i}`.repeat(length),
    reward: Math.log(length) + Math.sin(length * 7 + i),
  })),
});
const groups = Array.from({ length: 40 }, (_, i) =>
  group(`prompt ${i}`, [30 + i, 200 + 3 * i, 500 - i, 900, 70].slice(0, 1 + (i % 5))),
);

const toLines = (values: readonly unknown[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('');
const toRows = (given: readonly Group[]) =>
  given.flatMap(({ prompt, responses }) => responses.map((response) => ({ prompt, ...response })));

async function startFitted(environment: Record<string, string> = {}): Promise<FastifyInstance> {
  const app = await startApp(environment);
  await post(app, '/v1/fit', { reward_model: rm, columns: biasedColumns(500) });
  return app;
}

async function send(app: FastifyInstance, payload: string, query: Record<string, string> = {}) {
  const headers = { 'content-type': 'application/x-ndjson' };
  const response = await app.inject({
    method: 'POST',
    url: route,
    query: { reward_model: rm, ...query },
    headers,
    payload,
  });
  const lines = response.body.split('\n').filter((line) => line !== '');
  return { response, answers: lines.map((line) => JSON.parse(line)) };
}

describe('pairs of a JSON body', () => {
  test('are the highest and the lowest of what /v1/calibrate answers, with their margin', async () => {
    const app = await startFitted();
    const { status, body } = await post(app, route, { reward_model: rm, groups, include: ['scores'] });
    expect([status, body.reward_model, body.version]).toEqual([200, rm, 1]);
    let next = 0;
    for (const { prompt, responses } of groups.filter(({ responses }) => responses.length > 1)) {
      const samples = responses as { response: string; reward: number }[];
      const { rewards } = (await post(app, '/v1/calibrate', { reward_model: rm, samples })).body;
      const [chosen, rejected] = [Math.max(...rewards), Math.min(...rewards)];
      const [best, worst] = [samples[rewards.indexOf(chosen)], samples[rewards.indexOf(rejected)]];
      expect(body.pairs[next++]).toEqual({
        prompt,
        chosen: best?.response,
        rejected: worst?.response,
        margin: chosen - rejected,
        score_chosen: chosen,
        score_rejected: rejected,
        raw_score_chosen: best?.reward,
        raw_score_rejected: worst?.reward,
      });
    }
    expect(body.pairs).toHaveLength(next);
    expect(body.summary).toMatchObject({
      groups: 40,
      responses: 120,
      pairs: 32,
      skipped: { single_response: 8, equal_rewards: 0, below_margin: 0, same_text: 0 },
      raw: { pairs: 32 },
      calibrated: { pairs: 32 },
    });
    expect(body.summary.changed).toBeGreaterThan(0);
    expect(body.summary.calibrated.mean_chosen_chars).toBeLessThan(body.summary.raw.mean_chosen_chars);
  });

  test('come out as messages where they came as messages, and the assistant is measured', async () => {
    const app = await startFitted();
    const asText = group('Why?', [400, 50]);
    const prompt = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Why?' },
    ];
    const split = asText.responses.map(({ response, reward }) => ({
      response: [
        { role: 'assistant', content: response.slice(0, 20) as string },
        { role: 'tool', content: 'x'.repeat(5_000) },
        { role: 'assistant', content: response.slice(20) as string },
      ],
      reward,
    }));
    const pairsOf = async (given: unknown) =>
      (await post(app, route, { reward_model: rm, groups: [given], min_margin: 0 })).body;
    const [text, messages, mixed] = [
      await pairsOf(asText),
      await pairsOf({ prompt, responses: split }),
      await pairsOf({ prompt, responses: asText.responses }),
    ];
    expect(Object.keys(text.pairs[0])).toEqual(['prompt', 'chosen', 'rejected', 'margin']);
    expect([messages.pairs[0].margin, mixed.pairs[0].margin]).toEqual([
      text.pairs[0].margin,
      text.pairs[0].margin,
    ]);
    expect(messages.summary).toEqual(text.summary);
    expect(messages.pairs[0].prompt).toEqual(prompt);
    expect(split.map(({ response }) => response)).toContainEqual(messages.pairs[0].chosen);
    expect(mixed.pairs[0].chosen).toEqual([{ role: 'assistant', content: text.pairs[0].chosen }]);
    expect(mixed.pairs[0].rejected).toEqual([{ role: 'assistant', content: text.pairs[0].rejected }]);
  });

  const said = (content: unknown, more: object = {}) => [{ role: 'assistant', content, ...more }];
  const parts = (...texts: (string | null)[]) =>
    texts.map((text) => ({
      type: text === null ? 'image' : 'text',
      text,
      image: text === null ? 'x' : null,
    }));

  test.each([
    ['parts, as a table gives them back', parts(null, 'Red'), said(parts('It is ', null, 'red.'))],
    ['null parts', 'Red', said([null, { type: 'text', text: 'It is red.' }])],
    ['reasoning beside the content', 'Red', said('It is red.', { reasoning_content: 'r'.repeat(900) })],
    ['null fields', 'Red', said('It is red.', { tool_calls: null, name: null, reasoning_content: null })],
    [
      'a tool call without content',
      'Red',
      [{ role: 'assistant', tool_calls: [{ function: { name: 'see' } }] }, ...said('It is red.')],
    ],
    ['a tool call with null content', 'Red', [...said(null, { tool_calls: [] }), ...said('It is red.')]],
  ])('messages with %s come out as they came, and their text is measured', async (_, asked, response) => {
    const app = await startFitted();
    const prompt = [
      { role: 'developer', content: 'Be brief.' },
      { role: 'user', content: asked },
    ];
    const other = said('n'.repeat(700));
    const given = [
      { response, reward: 3 },
      { response: other, reward: -1 },
    ];
    const plain = [
      { response: 'It is red.', reward: 3 },
      { response: 'n'.repeat(700), reward: -1 },
    ];
    const { status, body } = await post(app, route, {
      reward_model: rm,
      groups: [{ prompt, responses: given }],
    });
    const asText = await post(app, route, {
      reward_model: rm,
      groups: [{ prompt: 'Red', responses: plain }],
    });
    expect(status, JSON.stringify(body)).toBe(200);
    expect(body.pairs[0]).toEqual({ ...asText.body.pairs[0], prompt, chosen: response, rejected: other });
    const lines = await send(app, toLines(given.map((one) => ({ prompt, ...one }))));
    expect(lines.answers).toEqual([
      body.pairs[0],
      { summary: { ...body.summary, wrong_lines: 0, warnings: [] } },
    ]);
  });

  test('name the responses that have an id, in groups and in lines', async () => {
    const app = await startFitted();
    const named = groups.map(({ prompt, responses }, i) => ({
      prompt,
      responses: responses.map((one, k) => (k === 1 ? one : { ...one, id: k === 0 ? i : `${i}-${k}` })),
    }));
    const { body } = await post(app, route, { reward_model: rm, groups: named });
    const plain = await post(app, route, { reward_model: rm, groups });
    const lines = await send(app, toLines(toRows(named)));
    expect(lines.answers.slice(0, -1)).toEqual(body.pairs);
    const idOf = (prompt: unknown, response: unknown) =>
      named
        .find((one) => one.prompt === prompt)
        ?.responses.map((one): { id?: unknown; response: unknown } => one)
        .find((one) => one.response === response)?.id;
    for (const [i, row] of body.pairs.entries()) {
      const { chosen_id: chosen, rejected_id: rejected, ...rest } = row;
      expect(rest).toEqual(plain.body.pairs[i]);
      expect([chosen, rejected]).toEqual([idOf(row.prompt, row.chosen), idOf(row.prompt, row.rejected)]);
    }
  });

  test('two responses with the same text or messages make none, and are counted', async () => {
    const app = await startFitted();
    const same = (response: unknown) => ({
      prompt: typeof response === 'string' ? 'Hi' : said('Hi'),
      responses: [1, 0].map((reward) => ({ response, reward })),
    });
    const call = (name: string) => [{ role: 'assistant', tool_calls: [{ function: { name } }] }];
    const differentCalls = {
      prompt: said('Hi'),
      responses: [
        { response: call('a'), reward: 1 },
        { response: call('b'), reward: 0 },
      ],
    };
    const alike: [unknown, unknown][] = [
      ['Hello.', said('Hello.')],
      [said('Hello.'), said([{ type: 'text', text: 'Hello.' }])],
      [
        said('Hello.'),
        said([{ type: 'text', text: 'Hel', image: null }, null, { type: 'text', text: 'lo.' }]),
      ],
      [said('Hello.'), said('Hello.', { tool_calls: null, name: null })],
      [call('a'), [{ ...call('a')[0], content: null }]],
    ];
    const inForms = alike.map(([one, other]) => ({
      prompt: said('Hi'),
      responses: [
        { response: one, reward: 1 },
        { response: other, reward: 0 },
      ],
    }));
    const groups = [same('Hello.'), same(said('Hello.')), same(call('a')), ...inForms, differentCalls];
    for (const select of ['best-worst', 'best-random', 'all-above-margin']) {
      const { status, body } = await post(app, route, { reward_model: rm, groups, select });
      expect([status, body.pairs.length], select).toEqual([200, 1]);
      expect(body.summary).toMatchObject({ pairs: 1, skipped: { same_text: 8 }, raw: { pairs: 1 } });
    }
    const rows = [said('Hi', { name: null }), said([{ type: 'text', text: 'Hi' }])].map((prompt, i) => ({
      prompt,
      response: said(`${i}`),
      reward: i,
    }));
    expect((await send(app, toLines(rows))).answers.at(-1).summary).toMatchObject({ groups: 1, pairs: 1 });
  });

  test('lengths are code points, and a given characteristic wins over measuring', async () => {
    const app = await startFitted();
    const responses = [
      { response: '😀'.repeat(30), reward: 9 },
      { response: 'é'.repeat(10), reward: 1, characteristics: { chars: 900 } },
    ];
    const { body } = await post(app, route, {
      reward_model: rm,
      groups: [{ prompt: '', responses }],
      include: ['scores'],
    });
    expect(body.summary.calibrated).toEqual({ pairs: 1, mean_chosen_chars: 30, mean_rejected_chars: 10 });
    const samples = [{ reward: 1, characteristics: { chars: 900 } }];
    const alone = await post(app, '/v1/calibrate', { reward_model: rm, samples });
    expect(body.pairs[0].score_rejected).toBe(alone.body.rewards[0]);
  });

  test('pin a version, and pass through without a curve when asked to', async () => {
    const app = await startFitted();
    const flat = biasedColumns(500);
    await post(app, '/v1/fit', {
      reward_model: rm,
      columns: { ...flat, rewards: flat.rewards.map((reward) => -reward) },
    });
    const margins = async (more: object) => {
      const { body } = await post(app, route, { reward_model: rm, groups, ...more });
      return [body.version, body.pairs[0].margin];
    };
    expect((await margins({}))[0]).toBe(2);
    expect((await margins({ version: 1 }))[0]).toBe(1);
    expect((await margins({ version: 1 }))[1]).not.toBe((await margins({}))[1]);
    const [version, margin] = await margins({ reward_model: 'new', on_missing_curve: 'passthrough' });
    const raw = groups[1]?.responses.map(({ reward }) => reward) ?? [];
    expect([version, margin]).toEqual([null, Math.max(...raw) - Math.min(...raw)]);
    const refused = await post(app, route, { reward_model: 'new', groups });
    expect([refused.status, refused.body.type]).toEqual([409, '/docs/errors#no-curve']);
  });
});

test('messages that are nested too deeply are refused with their place', async () => {
  const app = await startFitted();
  const deep = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
  const group = (depth: number) =>
    `{"prompt":[{"role":"user","content":"q","x":${deep(depth)}}],"responses":[{"response":[{"role":"assistant","content":"a","x":${deep(depth)}}],"reward":1},{"response":"b","reward":0}]}`;
  const headers = { 'content-type': 'application/json' };
  for (const depth of [80, 1_000, 3_000, 8_000]) {
    const payload = `{"reward_model":"${rm}","groups":[${group(depth)}]}`;
    const answer = await app.inject({ method: 'POST', url: route, payload, headers });
    const places = answer.json().errors.map(({ path }: { path: string }) => path);
    expect([answer.statusCode, places]).toEqual([
      422,
      ['/groups/0/prompt', '/groups/0/responses/0/response'],
    ]);
    const { answers } = await send(app, `${group(depth)}\n${group(2)}\n`);
    expect(answers.map((line) => Object.keys(line)[0])).toEqual(['error', 'prompt', 'summary']);
  }
});

test('all pairs of large messages are made in time that others do not notice', async () => {
  const app = await startFitted();
  const nest = Array.from({ length: 2_000 }, () => ({ a: 1 }));
  const responses = Array.from({ length: 128 }, (_, i) => ({
    response: [{ role: 'assistant', content: 'a', nest }],
    reward: i,
  }));
  const groups = [{ prompt: [{ role: 'user', content: 'q' }], responses }];
  const { body } = await post(app, route, { reward_model: rm, groups, select: 'all-above-margin' });
  expect(body.summary.skipped.same_text).toBe(1);
});

describe('pairs of lines', () => {
  const scored = fc.record({
    length: fc.integer({ min: 1, max: 60 }),
    reward: fc.integer({ min: -4, max: 4 }),
  });
  const given = fc
    .array(fc.array(scored, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 12 })
    .map((all) =>
      all.map((responses, i) => ({
        prompt: `prompt ${i}`,
        responses: responses.map(({ length, reward }) => ({ response: 'word '.repeat(length), reward })),
      })),
    );

  test('are those of the same groups as JSON, and of the same responses a line each', async () => {
    const app = await startFitted();
    const options = fc.record({
      select: fc.constantFrom('best-worst', 'best-random', 'all-above-margin'),
      min_margin: fc.constantFrom(0, 0.25, 1.5),
      seed: fc.constantFrom(0, 1, 4_294_967_295),
    });
    await fc.assert(
      fc.asyncProperty(given, options, async (all, { select, min_margin, seed }) => {
        const parameters = { select, min_margin, seed, include: ['scores'] };
        const { status, body } = await post(app, route, { reward_model: rm, groups: all, ...parameters });
        expect(status).toBe(200);
        const query = { select, min_margin: String(min_margin), seed: String(seed), include: 'scores' };
        const expected = [...body.pairs, { summary: { ...body.summary, wrong_lines: 0, warnings: [] } }];
        expect((await send(app, toLines(all), query)).answers).toEqual(expected);
        expect((await send(app, toLines(toRows(all)), query)).answers).toEqual(expected);
      }),
      { numRuns: 50 },
    );
  });

  test('say that a prompt came back, in the summary or, without one, in an error at the end', async () => {
    const app = await startFitted();
    const rows = toRows(groups.slice(1, 4));
    const mixed = [...rows.filter((_, i) => i % 2 === 0), ...rows.filter((_, i) => i % 2 === 1)];
    const { answers } = await send(app, toLines(mixed));
    const { warnings } = answers.at(-1).summary;
    expect(warnings).toEqual([
      { code: 'prompts-came-back', message: expect.stringContaining('Sort the lines') },
    ]);
    const bare = await send(app, toLines(mixed), { summary: 'false' });
    expect(bare.answers.slice(0, -1)).toEqual(answers.slice(0, -1));
    expect(bare.answers.at(-1).error).toMatchObject({
      line: expect.any(Number),
      detail: expect.stringContaining('Sort the lines'),
    });
    const sorted = await send(app, toLines(rows), { summary: 'false' });
    expect(sorted.answers.filter((answer) => 'error' in answer)).toEqual([]);
  });

  test('answers nothing but rows with summary=false, and names the curve', async () => {
    const app = await startFitted();
    const { response, answers } = await send(app, toLines(groups), { summary: 'false' });
    expect(response.headers).toMatchObject({
      'content-type': 'application/x-ndjson',
      'x-curve-version': '1',
    });
    expect(answers).toHaveLength(32);
    for (const row of answers) expect(Object.keys(row)).toEqual(['prompt', 'chosen', 'rejected', 'margin']);
  });

  test('answers a wrong line in its place and goes on', async () => {
    const app = await startFitted();
    const good = JSON.stringify(groups[1]);
    const lines = [
      good,
      'not json',
      '{"prompt":"p","responses":[]}',
      '',
      '{"prompt":"p","responses":[{"response":"a","reward":null}]}',
      '{"prompt":"p","responses":[{"response":"a","reward":1,"characteristics":{"chars":-1}}]}',
      '{"prompt":"p","responses":[{"response":[{"role":"assistant","content":"a"}],"reward":1}]}',
      '{"prompt":[{"role":"user","content":"a"}],"responses":[{"response":[{"role":"user","content":"a"}],"reward":1}]}',
      '{"prompt":"\\ud800","responses":[{"response":"a","reward":1}]}',
      '{"prompt":"p","responses":[{"response":"a","reward":1.7e308},{"response":"b","reward":-1.7e308}]}',
      '{"prompt":"p","response":"a","reward":1,"extra":1}',
      good,
    ];
    const { response, answers } = await send(app, lines.join('\n'));
    expect(response.statusCode).toBe(200);
    const errors = answers.flatMap(({ error }) => (error ? [error] : []));
    expect(errors.map(({ line, status, errors: [first] }) => [line, status, first?.path])).toEqual([
      [2, 400, ''],
      [3, 422, '/responses'],
      [5, 422, '/responses/0/reward'],
      [6, 422, '/responses/0/characteristics/chars'],
      [7, 422, '/responses/0/response'],
      [8, 422, '/responses/0/response'],
      [9, 422, '/prompt'],
      [10, 422, '/responses'],
      [11, 422, '/extra'],
    ]);
    expect(answers).toHaveLength(12);
    expect(answers[10]).toEqual(answers[0]);
    expect(answers[11].summary).toMatchObject({ groups: 2, pairs: 2, wrong_lines: 9 });
  });

  test('leaves a wrong response out of its group', async () => {
    const app = await startFitted();
    const rows = toRows([group('p', [40, 300])]);
    const payload = [
      JSON.stringify(rows[0]),
      '{"prompt":"p","response":1,"reward":1}',
      JSON.stringify(rows[1]),
    ];
    const { answers } = await send(app, payload.join('\n'));
    expect(answers[0].error).toMatchObject({ line: 2, errors: [{ path: '/response' }] });
    expect(answers[1]).toMatchObject({ prompt: 'p' });
    expect(answers[2].summary).toMatchObject({ groups: 1, responses: 2, wrong_lines: 1 });
  });

  test('refuses a group of more text than LINE_LIMIT once, and makes the others', async () => {
    const app = await startFitted({ LINE_LIMIT: '2000' });
    const rows = toRows([
      group('a', [40, 300]),
      group('b', [900, 900, 900, 900, 900]),
      group('c', [40, 300]),
    ]);
    const { answers } = await send(app, toLines(rows));
    expect(answers.map((answer) => answer.prompt ?? answer.error?.line ?? 'summary')).toEqual([
      'a',
      5,
      'c',
      'summary',
    ]);
    expect(answers[1].error.type).toBe('/docs/errors#too-many-samples');
  });
});

describe('is refused', () => {
  let app: FastifyInstance;
  const [one] = groups.slice(1);
  beforeAll(async () => {
    const config = readConfig({ LOG_LEVEL: 'silent', MAX_BATCH: '3000' });
    app = await buildApp(config, { store: new MemoryStore(), version: '0', workerUrl });
    await post(app, '/v1/fit', { reward_model: rm, columns: biasedColumns(500) });
    return () => app.close();
  });

  const many = (size: number, length: number) => ({
    prompt: 'p',
    responses: Array.from({ length: size }, (_, i) => ({ response: `${i}`.padEnd(length), reward: i })),
  });

  test.each([
    ['no groups', { groups: [] }, '/groups'],
    ['a negative margin', { groups: [one], min_margin: -1 }, '/min_margin'],
    ['a seed that is none', { groups: [one], seed: 1.5 }, '/seed'],
    ['an unknown selection', { groups: [one], select: 'worst' }, '/select'],
    ['an unknown field', { groups: [one], observe: true }, '/observe'],
    ['a summary in JSON', { groups: [one], summary: false }, '/summary'],
    [
      'a message whose content is a number',
      { groups: [{ ...one, prompt: [{ role: 'user', content: 3 }] }] },
      '/groups/0/prompt',
    ],
    [
      'a characteristic that is wrong',
      {
        groups: [
          one,
          { prompt: '', responses: [{ response: '', reward: 1, characteristics: { chars: -1 } }] },
        ],
      },
      '/groups/1/responses/0/characteristics/chars',
    ],
    [
      'a margin beyond all numbers',
      {
        groups: [
          one,
          {
            prompt: '',
            responses: [
              { response: '', reward: 1.7e308 },
              { response: '!', reward: -1.7e308 },
            ],
          },
        ],
      },
      '/groups/1/responses',
    ],
    ['more responses than MAX_BATCH', { groups: [many(3_001, 1)] }, '/groups'],
    [
      'all pairs of very many responses',
      { groups: [one, many(257, 1)], select: 'all-above-margin' },
      '/groups/1/responses',
    ],
    [
      'pairs of more text than an answer holds',
      { groups: [many(256, 5_000)], select: 'all-above-margin' },
      '/groups',
    ],
  ])('%s', async (_, body, path) => {
    const { status, body: problem } = await post(app, route, { reward_model: rm, ...body });
    expect([status, problem.errors?.[0]?.path.slice(0, path.length)], JSON.stringify(problem)).toEqual([
      422,
      path,
    ]);
  });

  test('and so are columns, which have no text', async () => {
    const headers = { 'content-type': 'application/vnd.apache.arrow.stream' };
    const response = await app.inject({
      method: 'POST',
      url: `${route}?reward_model=${rm}`,
      headers,
      payload: 'any',
    });
    expect([response.statusCode, response.json().type]).toEqual([415, '/docs/errors#unsupported-format']);
  });

  test('what lines need is said before the first of them', async () => {
    const { response } = await send(app, toLines(groups), { reward_model: 'new' });
    expect([response.statusCode, response.json().type]).toEqual([409, '/docs/errors#no-curve']);
  });
});

test('what is said in prompts and responses is in no log, error or metric', async () => {
  let log = '';
  const logStream = new Writable({
    write(chunk, _, done) {
      log += chunk;
      done();
    },
  });
  const config = readConfig({ LOG_LEVEL: 'trace' });
  const app = await buildApp(config, { store: new MemoryStore(), version: '0', workerUrl, logStream });
  try {
    await post(app, '/v1/fit', { reward_model: rm, columns: biasedColumns(500) });
    const secret = 'hush-hush';
    const wrong = [
      { prompt: secret, responses: [{ response: secret, reward: 'x' }] },
      { prompt: secret, responses: [{ response: [{ role: secret, content: secret }], reward: 1 }] },
      { prompt: secret, responses: [{ response: `${secret}\ud800`, reward: 1 }] },
      { prompt: secret, responses: [{ response: secret, reward: 1, characteristics: { chars: -1 } }] },
    ];
    const right = {
      prompt: secret,
      responses: [
        { response: secret, reward: 1 },
        { response: `${secret} ${secret}`, reward: 2 },
      ],
    };
    let said = '';
    for (const one of wrong)
      said += JSON.stringify((await post(app, route, { reward_model: rm, groups: [one] })).body);
    const { answers } = await send(app, toLines([...wrong, ...toRows([right, { ...right, prompt: '' }])]));
    said += JSON.stringify(answers.filter((answer) => !('chosen' in answer)));
    expect(answers.filter((answer) => 'chosen' in answer)).toHaveLength(2);
    said += (await app.inject('/metrics')).body;
    expect(said + log).not.toContain(secret);
    expect(log).toContain(route);
  } finally {
    await app.close();
  }
});
