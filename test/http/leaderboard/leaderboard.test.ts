import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildApp } from '../../../src/app.js';
import { readConfig } from '../../../src/config.js';
import { MemoryStore } from '../../../src/curves/stores/memory-store.js';
import { biasedColumns, post, startApp, workerUrl } from '../../support/app.js';

const url = '/v1/leaderboard';
const columns = biasedColumns(300);

/** Three generators, a hundred prompts, measured lengths. */
const outputs = columns.rewards.map((reward, i) => ({
  generator: `model ${i % 3}`,
  prompt_id: Math.floor(i / 3),
  reward,
  characteristics: { chars: columns.chars[i] },
}));
const baseline = Array.from({ length: 100 }, (_, prompt_id) => ({
  prompt_id,
  reward: 6,
  characteristics: { chars: 500 },
}));
const request = { outputs, baseline };

/** The same, so long that the body is read in the worker. */
const longRequest = {
  outputs: outputs.map(({ characteristics: _, ...rest }, i) => ({
    ...rest,
    response: 'é🏆'.repeat((columns.chars[i] ?? 0) / 2),
  })),
  baseline: baseline.map(({ characteristics: _, ...rest }) => ({ ...rest, response: 'x'.repeat(500) })),
};

interface MeanRow {
  prompt_id: number;
  generator: string;
  reward: number;
  chars: number;
}

/** By brute force; see golden/leaderboard-mean.py. */
const byMean: {
  outputs: MeanRow[];
  baseline: MeanRow[];
  cases: {
    ratio: number;
    min_samples: number;
    left: number;
    win_rate: Record<string, number>;
    discrete_win_rate: Record<string, number>;
  }[];
} = JSON.parse(
  readFileSync(new URL('../../calibration/golden/leaderboard-mean.json', import.meta.url), 'utf8'),
);

describe("the leaderboard by RC-Mean is that of the paper's formulas", () => {
  test.each(byMean.cases)('ratio $ratio, at least $min_samples samples', async (expected) => {
    const app = await startApp();
    const { ratio, min_samples } = expected;
    const { status, body } = await post(app, url, {
      estimator: 'mean',
      ratio,
      min_samples,
      outputs: byMean.outputs.map(({ chars, ...output }) => ({ ...output, characteristics: { chars } })),
      baseline: byMean.baseline.map(({ prompt_id, reward, chars }) => ({
        prompt_id,
        reward,
        characteristics: { chars },
      })),
    });
    expect(status).toBe(200);
    expect(body.left_as_they_are).toBe(expected.left);
    for (const { generator, win_rate, discrete_win_rate } of body.generators) {
      expect(win_rate.calibrated).toBeCloseTo(expected.win_rate[generator] ?? Number.NaN, 9);
      expect(discrete_win_rate.calibrated).toBeCloseTo(
        expected.discrete_win_rate[generator] ?? Number.NaN,
        9,
      );
    }
  });

  test('leaves some pairs as they are, and none with other estimators', async () => {
    expect(byMean.cases.some(({ left }) => left > 0 && left < byMean.outputs.length)).toBe(true);
    const { body } = await post(await startApp(), url, { ...request, estimator: 'penalty' });
    expect(body.left_as_they_are).toBe(0);
  });
});

describe('the leaderboard', () => {
  let app: FastifyInstance;
  beforeAll(async () => {
    const config = readConfig({ LOG_LEVEL: 'silent' });
    app = await buildApp(config, { store: new MemoryStore(), version: '0', workerUrl });
    await post(app, '/v1/fit', { reward_model: 'rm', columns, frac: 0.3 });
    return () => app.close();
  });

  test('says what it fitted, on the outputs alone', async () => {
    const { status, body } = await post(app, url, { ...request, frac: 0.3 });
    expect(status).toBe(200);
    expect(body).toMatchObject({ estimator: 'lwr', frac: 0.3, iterations: 3, samples: 300 });
    expect(body).not.toHaveProperty('reward_model');
    expect(body).not.toHaveProperty('agreement');
    expect(body).not.toHaveProperty('gameability');
    expect(body.diagnostics.warnings).toBeInstanceOf(Array);
    const curve = await app.inject('/v1/curves?reward_model=rm&version=1');
    expect(body.characteristics[0].knots).toBe(curve.json().characteristics[0].knots.length);
    expect(body.generators.map(({ outputs: count }: { outputs: number }) => count)).toEqual([100, 100, 100]);
  });

  test('uses the curve of a reward model, as calibrate does', async () => {
    const { body } = await post(app, url, { ...request, reward_model: 'rm' });
    expect(body).toMatchObject({ reward_model: 'rm', version: 1, frac: 0.3, samples: 300 });
    const [first] = body.generators;
    const rows = outputs.filter(({ generator }) => generator === first.generator);
    const calibrate = async (samples: object[]): Promise<number[]> =>
      (await post(app, '/v1/calibrate', { reward_model: 'rm', samples })).body.rewards;
    const own = await calibrate(rows.map(({ reward, characteristics }) => ({ reward, characteristics })));
    const theirs = await calibrate(
      baseline.map(({ reward, characteristics }) => ({ reward, characteristics })),
    );
    const wins = own.map((reward, i) => 1 / (1 + Math.exp((theirs[i] ?? NaN) - reward)));
    expect(first.win_rate.calibrated).toBeCloseTo(
      wins.reduce((sum, win) => sum + win, 0),
      10,
    );
  });

  test('a body that is read in the worker gives the answer of measured numbers, by fit or by curve', async () => {
    for (const settings of [{ frac: 0.3 }, { reward_model: 'rm', version: 1 }]) {
      const [short, long] = [
        await post(app, url, {
          ...settings,
          outputs: outputs.map((output) => ({
            ...output,
            characteristics: { chars: 2 * Math.floor((output.characteristics.chars ?? 0) / 2) },
          })),
          baseline,
        }),
        await post(app, url, { ...settings, ...longRequest }),
      ];
      expect(JSON.stringify(longRequest).length).toBeGreaterThan(131_072);
      expect(long.status).toBe(200);
      expect(long.body.generators).toEqual(short.body.generators);
    }
  });

  test.each(['measured', 'read in the worker'])('names a curve that is not there: %s', async (kind) => {
    const sent = kind === 'measured' ? request : longRequest;
    const none = await post(app, url, { ...sent, reward_model: 'unknown' });
    expect([none.status, none.body.type, none.body.errors[0].path]).toEqual([
      409,
      '/docs/errors#no-curve',
      '/reward_model',
    ]);
    const version = await post(app, url, { ...sent, reward_model: 'rm', version: 99 });
    expect([version.status, version.body.type]).toEqual([404, '/docs/errors#unknown-version']);
    expect((await post(app, url, sent)).status).toBe(200);
  });

  test('measures the first characteristic that is removed, whatever it is', async () => {
    const tokens = outputs.map(({ characteristics, ...rest }) => ({
      ...rest,
      characteristics: { tokens: (characteristics.chars ?? 0) / 4 },
    }));
    const { body } = await post(app, url, {
      outputs: tokens,
      baseline: baseline.map((row) => ({ ...row, characteristics: { tokens: 125 } })),
      characteristics: [{ name: 'tokens', alpha: 0 }],
    });
    for (const { win_rate, mean_length } of body.generators) {
      expect(win_rate.calibrated).toBe(win_rate.raw);
      expect(mean_length).toBeLessThan(255);
    }
  });

  test('compressed bodies are inflated', async () => {
    const response = await app.inject({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      payload: gzipSync(JSON.stringify(longRequest)),
    });
    expect(response.statusCode).toBe(200);
  });

  const [first] = outputs;
  test.each([
    [
      'an output without a baseline',
      { outputs: [...outputs, { ...first, prompt_id: 'x' }] },
      '/outputs/300/prompt_id',
    ],
    ['an output given twice', { outputs: [...outputs, first] }, '/outputs/300'],
    ['a baseline given twice', { baseline: [...baseline, baseline[0]] }, '/baseline/100/prompt_id'],
    [
      'an output without length',
      { outputs: [{ ...first, characteristics: {} }, ...outputs.slice(1)] },
      '/outputs/0',
    ],
    ['a baseline without length', { baseline: [...baseline.slice(1), { prompt_id: 0 }] }, '/baseline/99'],
    [
      'a negative length',
      { outputs: [{ ...first, characteristics: { chars: -1 } }] },
      '/outputs/0/characteristics/chars',
    ],
    ['a lone surrogate', { baseline: [{ prompt_id: 0, response: '\ud800' }] }, '/baseline/0/response'],
    ['a reward that is no number', { outputs: [{ ...first, reward: null }] }, '/outputs/0/reward'],
    ['an unknown field', { outputs: [{ ...first, score: 1 }] }, '/outputs/0/score'],
    [
      'a reference given twice',
      { reference: [0, 1].map((score) => ({ generator: 'model 0', score })) },
      '/reference/1/generator',
    ],
    ['variants that are the same', { variants: { concise: '_verbose' } }, '/variants'],
    ['settings beside a curve', { reward_model: 'rm', frac: 0.3 }, '/frac'],
    ['a version without a reward model', { version: 1 }, '/reward_model'],
    ['no outputs', { outputs: [] }, '/outputs'],
    ['no baseline', { baseline: undefined }, '/baseline'],
  ])('refuses %s, naming the place', async (_, change, path) => {
    const { status, body } = await post(app, url, { ...request, ...change });
    expect([status, body.errors[0]?.path]).toEqual([422, path]);
  });

  test('repeats neither responses nor prompts in what it refuses', async () => {
    const secret = { prompt_id: 'attack at dawn', response: 'attack at dawn' };
    const changes = [
      { outputs: [{ ...first, ...secret }] },
      { outputs: [{ ...first, ...secret, reward: 'attack at dawn' }] },
      { baseline: [secret, secret] },
      { baseline: [...baseline, { prompt_id: secret.prompt_id }] },
    ];
    for (const change of changes) {
      const { status, body } = await post(app, url, { ...request, ...change });
      expect(status).toBe(422);
      expect(JSON.stringify(body)).not.toContain('attack');
    }
  });

  test('refuses too few outputs to fit', async () => {
    const few = await post(app, url, { outputs: outputs.slice(0, 9), baseline });
    expect([few.status, few.body.type]).toEqual([422, '/docs/errors#too-few-samples']);
  });

  test.each(['text/csv', 'application/vnd.apache.arrow.stream'])('does not take %s', async (type) => {
    const response = await app.inject({
      method: 'POST',
      url,
      headers: { 'content-type': type },
      payload: '{}',
    });
    expect(response.statusCode).toBe(415);
  });

  test('refuses parameters in the query string, where they would be passed over', async () => {
    const { status, body } = await post(app, `${url}?frac=0.3`, request);
    expect([status, body.errors[0].path]).toEqual([422, '/frac']);
  });

  test('refuses more than MAX_FIT_SAMPLES, of either list', async () => {
    const small = await startApp({ MAX_FIT_SAMPLES: '99' });
    const many = await post(small, url, request);
    expect([many.status, many.body.errors[0].path]).toEqual([422, '/outputs']);
    const other = await post(small, url, { outputs: outputs.slice(0, 30), baseline });
    expect([other.body.type, other.body.errors[0].path]).toEqual([
      '/docs/errors#too-many-samples',
      '/baseline',
    ]);
  });
});
