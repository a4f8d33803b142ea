import { expect, onTestFinished, test } from 'vitest';
import { startFakeServer } from '../../sidecar/fake-servers.js';
import { biasedColumns, post, startApp } from '../../support/app.js';

const columns = biasedColumns(200);

test('GET /v1/activity counts requests in every format, ensembles and the sidecar', async () => {
  const upstream = await startFakeServer('openrlhf');
  onTestFinished(() => upstream.close());
  const clock = { milliseconds: 0, now: () => clock.milliseconds };
  const configured = { name: 'server', reward_model: 'rm', kind: 'openrlhf', url: upstream.url };
  const app = await startApp({ UPSTREAMS: JSON.stringify([configured]) }, undefined, { clock });
  await post(app, '/v1/fit', { reward_model: 'rm', columns });
  await post(app, '/v1/fit', { reward_model: 'other', columns });
  await post(app, '/v1/calibrate', { reward_model: 'rm', columns });
  clock.milliseconds = 25_000;
  await post(app, '/v1/calibrate', {
    reward_model: 'rm',
    samples: [{ response: 'x'.repeat(5_000), reward: 1 }],
  });
  const lines = columns.chars.map((chars, i) =>
    JSON.stringify({ reward: columns.rewards[i], characteristics: { chars } }),
  );
  await app.inject({
    method: 'POST',
    url: '/v1/calibrate?reward_model=rm',
    headers: { 'content-type': 'application/x-ndjson' },
    payload: lines.join('\n'),
  });
  await post(app, '/v1/calibrate', {
    combine: 'mean',
    samples: [{ characteristics: { chars: 300 }, rewards: { rm: 1, other: 2 } }],
  });
  await post(app, '/sidecar/server/get_reward', { query: ['a', 'b'], prompts: ['', ''] });
  await post(app, '/v1/calibrate', { reward_model: 'none', columns, on_missing_curve: 'passthrough' });
  const response = await app.inject('/v1/activity');
  expect(response.statusCode).toBe(200);
  const { seconds, reward_models: rewardModels, upstreams } = response.json();
  expect(seconds).toBe(25);
  const [other, rm] = rewardModels;
  expect(rewardModels).toHaveLength(2);
  expect(other).toMatchObject({ reward_model: 'other', version: 1, requests: 1, samples: 1, drift: null });
  expect(rm).toMatchObject({ reward_model: 'rm', version: 1, requests: 5, samples: 404 });
  expect(rm.samples_per_second).toBe(404 / 25);
  expect(rm.extrapolated_share).toBe(3 / 404);
  expect(rm.correlation.raw).toBeGreaterThan(0.2);
  expect(Math.abs(rm.correlation.calibrated)).toBeLessThan(rm.correlation.raw);
  expect(rm.drift.characteristic.psi).toBeLessThan(0.1);
  expect(rm.timeline).toEqual([
    { seconds_ago: 25, requests: 1, samples: 200 },
    { seconds_ago: 15, requests: 0, samples: 0 },
    { seconds_ago: 5, requests: 4, samples: 204 },
  ]);
  expect(upstreams).toEqual([
    {
      name: 'server',
      reward_model: 'rm',
      state: 'closed',
      waiting: 0,
      answered: 1,
      failed: 0,
      texts: 2,
      mean_seconds: expect.any(Number),
    },
  ]);
});

test('GET /v1/activity is empty before anything happened, and takes no parameters', async () => {
  const app = await startApp();
  expect((await app.inject('/v1/activity')).json()).toMatchObject({ reward_models: [], upstreams: [] });
  expect((await app.inject('/v1/activity?minutes=1')).statusCode).toBe(422);
});

test('GET /v1/activity forgets a deleted reward model', async () => {
  const app = await startApp();
  await post(app, '/v1/fit', { reward_model: 'rm', columns });
  await post(app, '/v1/calibrate', { reward_model: 'rm', columns });
  await app.inject({ method: 'DELETE', url: '/v1/curves?reward_model=rm' });
  expect((await app.inject('/v1/activity')).json().reward_models).toEqual([]);
});
