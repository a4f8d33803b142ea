import { describe, expect, test } from 'vitest';
import { biasedColumns, post, startApp } from '../../support/app.js';
import { startSidecar } from '../../support/sidecar-app.js';
import { fitsOf, metricOf, textsOf } from '../../support/sidecar-policy.js';

const columns = biasedColumns(300);
const pairs = columns.chars.slice(1).map((chars, i) => ({
  chosen: { reward: i % 7, characteristics: { chars } },
  rejected: { reward: i % 5, characteristics: { chars: chars + 1 } },
}));
const outputs = columns.chars.map((chars, i) => ({
  generator: `g${i % 3}`,
  prompt_id: Math.floor(i / 3),
  reward: i % 7,
  characteristics: { chars },
}));
const baseline = columns.chars
  .slice(0, 100)
  .map((chars, i) => ({ prompt_id: i, characteristics: { chars } }));

describe('work that outlives WORK_TIMEOUT', () => {
  // No thread starts within a millisecond.
  const WORK_TIMEOUT = '1';

  test.each([
    ['fit', '/v1/fit', { reward_model: 'rm', columns }],
    ['fitCalibrate', '/v1/fit-calibrate', { columns }],
    ['evaluate', '/v1/evaluate', { pairs }],
    ['leaderboard', '/v1/leaderboard', { outputs, baseline }],
  ])('is a 422 that names the variable, is counted and changes nothing: %s', async (task, url, body) => {
    const patient = await post(await startApp(), url, body);
    expect(patient.status).toBe(200);
    const app = await startApp({ WORK_TIMEOUT });
    const refused = await post(app, url, body);
    expect([refused.status, refused.body.type]).toEqual([422, '/docs/errors#work-timeout']);
    expect(refused.body.detail).toContain('WORK_TIMEOUT');
    expect(await metricOf(app, `work_total{task="${task}",outcome="timeout"}`)).toBe(1);
    expect((await app.inject('/v1/curves')).json().curves).toEqual([]);
  });

  test('is a failed fit of self-calibration, and the service goes on', async () => {
    const { app, ask } = await startSidecar('openrlhf', {
      upstream: { refit: { min_samples: 100 } },
      environment: { WORK_TIMEOUT },
    });
    expect((await ask('/get_reward', { query: textsOf(100) })).status).toBe(200);
    expect(await fitsOf(app, 'failed', 1)).toBe(1);
    expect((await ask('/get_reward', { query: textsOf(1) })).status).toBe(200);
  });
});
