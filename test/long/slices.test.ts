import { setImmediate } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { describe, expect, onTestFinished, test } from 'vitest';
import { post, startApp } from '../support/app.js';
import { startSidecar } from '../support/sidecar-app.js';

/** A load as is meant to be late is not to be shed. */
const PATIENT = { MAX_EVENT_LOOP_DELAY: '0' };

/** Responses of 64 Ki units and more, each another: 16 Mi units in all, which are 16 slices. */
const ROWS = Array.from({ length: 256 }, (_, i) => ({
  reward: Math.sin(i),
  response: '**Why** not?\n- a list of words, '.repeat(2_048 + i),
}));

const PARTS = Array.from({ length: ROWS.length / 8 }, (_, i) => ROWS.slice(8 * i, 8 * i + 8));

const CHARACTERISTICS = [{ name: 'words' }, { name: 'markdown' }];

/** Counts the turns of the event loop until the test ends. */
function countTurns(): { count: number } {
  const turns = { count: 0 };
  let isOver = false;
  onTestFinished(() => {
    isOver = true;
  });
  void (async () => {
    for (; !isOver; turns.count++) await setImmediate();
  })();
  return turns;
}

/** The turns of the event loop while the work is under way. */
async function turnsDuring<Result>(work: () => Promise<Result>): Promise<{ result: Result; turns: number }> {
  const turns = countTurns();
  const result = await work();
  return { result, turns: turns.count };
}

async function startFitted(...names: string[]): Promise<FastifyInstance> {
  const app = await startApp(PATIENT);
  for (const [shift, reward_model] of names.entries()) {
    const rows = Array.from({ length: 64 }, (_, i) => ({
      reward: Math.cos(i + shift) + i / 9,
      response: '**Why** not?\n- a list of words, '.repeat(40 * i + 1),
    }));
    const fit = { reward_model, samples: rows, characteristics: CHARACTERISTICS };
    expect((await post(app, '/v1/fit', fit)).status).toBe(200);
  }
  return app;
}

describe('while much text is measured the event loop goes on, and the answers are those of little text', () => {
  test('in a calibrate request, which keeps the same numbers', async () => {
    const [large, small] = [await startFitted('rm'), await startFitted('rm')];
    const options = { reward_model: 'rm', observe: true, include: ['biases'] };
    const { result, turns } = await turnsDuring(() =>
      post(large, '/v1/calibrate', { ...options, samples: ROWS }),
    );
    expect(result.status).toBe(200);
    expect(turns).toBeGreaterThan(15);
    const parts = [];
    for (const samples of PARTS)
      parts.push((await post(small, '/v1/calibrate', { ...options, samples })).body);
    expect(result.body.rewards).toEqual(parts.flatMap(({ rewards }) => rewards));
    expect(result.body.biases).toEqual(parts.flatMap(({ biases }) => biases));
    const curves = [];
    for (const app of [large, small]) {
      const refit = { reward_model: 'rm', characteristics: [{ name: 'chars' }, ...CHARACTERISTICS] };
      expect((await post(app, '/v1/refit', refit)).status).toBe(200);
      const exported = (await app.inject('/v1/curves?reward_model=rm&version=2')).json();
      curves.push(exported.characteristics);
    }
    expect(curves[0]).toBeDefined();
    expect(curves[0]).toEqual(curves[1]);
  });

  test('in a calibrate request: /health/live answers meanwhile', async () => {
    const app = await startFitted('rm');
    let isOver = false;
    let answers = 0;
    const calibrating = post(app, '/v1/calibrate', { reward_model: 'rm', samples: ROWS }).finally(() => {
      isOver = true;
    });
    while (!isOver) {
      expect((await app.inject('/health/live')).statusCode).toBe(200);
      answers++;
      // An injected request takes no turn of the event loop.
      await setImmediate();
    }
    expect((await calibrating).status).toBe(200);
    expect(answers).toBeGreaterThan(3);
  });

  test('in an ensemble', async () => {
    const app = await startFitted('a', 'b');
    const samples = ROWS.map(({ reward, response }) => ({ response, rewards: { a: reward, b: -reward } }));
    const { result, turns } = await turnsDuring(() =>
      post(app, '/v1/calibrate', { combine: 'mean', samples, observe: true }),
    );
    expect(result.status).toBe(200);
    expect(turns).toBeGreaterThan(15);
    const parts = [];
    for (let i = 0; i < samples.length; i += 8)
      parts.push(
        (await post(app, '/v1/calibrate', { combine: 'mean', samples: samples.slice(i, i + 8) })).body,
      );
    expect(result.body.rewards).toEqual(parts.flatMap(({ rewards }) => rewards));
  });

  test('in preference pairs', async () => {
    const app = await startFitted('rm');
    const groups = PARTS.map((responses, i) => ({ prompt: `p${i}`, responses }));
    const { result, turns } = await turnsDuring(() =>
      post(app, '/v1/preference-pairs', { reward_model: 'rm', groups }),
    );
    expect(result.status).toBe(200);
    expect(turns).toBeGreaterThan(15);
    const parts = [];
    for (const group of groups)
      parts.push((await post(app, '/v1/preference-pairs', { reward_model: 'rm', groups: [group] })).body);
    expect(result.body.pairs).toEqual(parts.flatMap(({ pairs }) => pairs));
  });

  test('in the sidecar', async () => {
    const turns = countTurns();
    let scored = 0;
    const { ask, importLine } = await startSidecar('openrlhf', {
      environment: PATIENT,
      knobs: {
        reward: (text) => {
          scored = turns.count;
          return text.length % 97;
        },
      },
      upstream: { batch: { size: 8 } },
    });
    await importLine('markdown');
    const texts = ROWS.map(({ response }) => response);
    const result = await ask('/get_reward', { query: texts });
    expect(result.status).toBe(200);
    // Finding the responses, and measuring them, each in slices.
    expect(turns.count - scored).toBeGreaterThan(30);
    const parts = [];
    for (const part of PARTS)
      parts.push((await ask('/get_reward', { query: part.map(({ response }) => response) })).body);
    expect(result.body.rewards).toEqual(parts.flatMap(({ rewards }) => rewards));
  });
});

describe('a refusal of much text', () => {
  test('changes nothing, though some of the text was measured already', async () => {
    const app = await startFitted('rm');
    const samples = [...ROWS, { reward: 1, characteristics: { words: 3, markdown: -1 } }];
    const refused = await post(app, '/v1/calibrate', { reward_model: 'rm', samples, observe: true });
    expect(refused.status).toBe(422);
    expect(refused.body.errors).toEqual([
      { path: '/samples/256/characteristics/markdown', message: '"markdown" must not be negative' },
    ]);
    const refit = await post(app, '/v1/refit', { reward_model: 'rm' });
    expect(refit.body.type).toBe('/docs/errors#nothing-observed');
  });

  test('of one reward model in an ensemble keeps nothing of the others', async () => {
    const app = await startApp();
    for (const [reward_model, name] of [
      ['a', 'chars'],
      ['b', 'tokens'],
    ] as const) {
      const numbers = Array.from({ length: 50 }, (_, i) => i);
      const columns = { rewards: numbers.map((i) => i + Math.sin(i)), [name]: numbers };
      const fit = { reward_model, columns, characteristics: [{ name }] };
      expect((await post(app, '/v1/fit', fit)).status).toBe(200);
    }
    const samples = [{ response: 'text', rewards: { a: 1, b: 2 } }];
    const refused = await post(app, '/v1/calibrate', { combine: 'mean', samples, observe: true });
    expect(refused.status).toBe(422);
    const refit = await post(app, '/v1/refit', { reward_model: 'a' });
    expect(refit.body.type).toBe('/docs/errors#nothing-observed');
  });
});

test('all pairs of many groups are chosen in slices, also where none of them is answered', async () => {
  const app = await startApp(PATIENT);
  const responses = Array.from({ length: 256 }, (_, i) => ({ response: '', reward: i }));
  const groups = Array.from({ length: 320 }, (_, i) => ({ prompt: `${i}`, responses }));
  const body = { reward_model: 'none', on_missing_curve: 'passthrough', select: 'all-above-margin' };
  const { result, turns } = await turnsDuring(() =>
    post(app, '/v1/preference-pairs', { ...body, min_margin: 1_000, groups }),
  );
  expect(result.status).toBe(200);
  expect(result.body.pairs).toEqual([]);
  expect(turns).toBeGreaterThan(15);
});

test('many rewards of little text are calibrated in slices: an ensemble of several reward models', async () => {
  const names = Array.from({ length: 8 }, (_, i) => `rm-${i}`);
  const app = await startFitted(...names);
  const rewards = (i: number) => Object.fromEntries(names.map((name, m) => [name, Math.sin(i + m)]));
  const samples = Array.from({ length: 12_000 }, (_, i) => ({
    rewards: rewards(i),
    characteristics: { words: i % 900, markdown: i % 40 },
  }));
  const { result, turns } = await turnsDuring(() =>
    post(app, '/v1/calibrate', { combine: 'lower-confidence', samples }),
  );
  expect(result.status).toBe(200);
  expect(turns).toBeGreaterThan(names.length);
  const parts = [];
  for (const from of [0, 5_000, 11_990]) {
    const part = { combine: 'lower-confidence', samples: samples.slice(from, from + 10) };
    parts.push((await post(app, '/v1/calibrate', part)).body.rewards);
  }
  expect(parts).toEqual([0, 5_000, 11_990].map((from) => result.body.rewards.slice(from, from + 10)));
});
