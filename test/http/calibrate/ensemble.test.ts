import { mean, medianAbsoluteDeviation } from 'simple-statistics';
import { describe, expect, test } from 'vitest';
import { combine } from '../../../src/calibration/curve/ensemble.js';
import { biasedColumns, post, startApp } from '../../support/app.js';

const columns = biasedColumns(400);
/** The same responses as another reward model sees them: other units, and another taste. */
const other = {
  ...columns,
  rewards: columns.rewards.map((reward, i) => 100 + 40 * reward + 7 * Math.cos(3 * i)),
};
/** 1 ÷ 0.6744897501960817, which makes a median deviation a standard deviation (statsmodels.robust.mad). */
const CONSISTENT = 1.482602218505602;

async function startEnsemble() {
  const app = await startApp();
  await post(app, '/v1/fit', { reward_model: 'rm-a', columns });
  await post(app, '/v1/fit', { reward_model: 'rm-b', columns: other });
  return app;
}

const samples = columns.rewards.map((reward, i) => ({
  characteristics: { chars: columns.chars[i] },
  rewards: { 'rm-a': reward, 'rm-b': other.rewards[i] },
}));

/** The rewards of one reward model alone, on the common scale of its own fitted samples. */
async function standardised(
  app: Awaited<ReturnType<typeof startApp>>,
  name: string,
  given: object,
): Promise<number[]> {
  const { body } = await post(app, '/v1/calibrate', { reward_model: name, columns: given });
  const rewards: number[] = body.rewards;
  const scale = CONSISTENT * medianAbsoluteDeviation(rewards);
  return rewards.map((reward) => (reward - mean(rewards)) / scale);
}

describe('an ensemble of reward models', () => {
  test.each([
    ['mean', undefined, (a: number, b: number) => (a + b) / 2],
    ['min', undefined, Math.min],
    ['lower-confidence', 2, (a: number, b: number) => (a + b) / 2 - 2 * (Math.abs(a - b) / 2)],
  ])('is combined by %s of the standardised calibrated rewards', async (how, lambda, expected) => {
    const app = await startEnsemble();
    const [a, b] = [await standardised(app, 'rm-a', columns), await standardised(app, 'rm-b', other)];
    const request = { combine: how, lambda, samples, include: ['members'] };
    const { status, body } = await post(app, '/v1/calibrate', request);
    expect(status).toBe(200);
    expect(body.versions).toEqual({ 'rm-a': 1, 'rm-b': 1 });
    body.rewards.forEach((reward: number, i: number) => {
      expect(reward).toBeCloseTo(expected(a[i] ?? NaN, b[i] ?? NaN), 9);
    });
    expect(body.members['rm-b']).toHaveLength(400);
    expect(body.members['rm-b'][7]).toBeCloseTo(b[7] ?? NaN, 9);
  });

  test('does not care in which units or at which level a reward model scores', async () => {
    const app = await startEnsemble();
    const shifted = { ...columns, rewards: columns.rewards.map((reward) => 5 - 3 * -reward) };
    await post(app, '/v1/fit', { reward_model: 'rm-c', columns: shifted });
    const rewards = (i: number) => ({ 'rm-a': columns.rewards[i], 'rm-c': shifted.rewards[i] });
    const rows = samples.map(({ characteristics }, i) => ({ characteristics, rewards: rewards(i) }));
    const { body } = await post(app, '/v1/calibrate', { combine: 'lower-confidence', samples: rows });
    const alone = await standardised(app, 'rm-a', columns);
    body.rewards.forEach((reward: number, i: number) => {
      expect(reward).toBeCloseTo(alone[i] ?? NaN, 6);
    });
  });

  test('of three takes the standard deviation over the three', () => {
    const members = [1, 2, 6].map((value) => Float64Array.of(value));
    // numpy: mean 3, std (ddof = 0) 2.160246899469287
    expect(combine(members, 'lower-confidence', 1)[0]).toBeCloseTo(3 - 2.160246899469287, 12);
  });

  const one = { characteristics: { chars: 9 }, rewards: { 'rm-a': 1, 'rm-b': 2 } };

  test.each([
    ['a single reward model', { samples: [{ ...one, rewards: { 'rm-a': 1 } }] }, 422, '/samples/0/rewards'],
    [
      'rows with other models',
      { samples: [one, { ...one, rewards: { 'rm-a': 1, x: 2 } }] },
      422,
      '/samples/1/rewards',
    ],
    ['a reward model beside it', { samples: [one], reward_model: 'rm-a' }, 422, '/reward_model'],
    ['a pinned model that is not there', { samples: [one], versions: { x: 1 } }, 422, '/versions/x'],
    ['a version that is not there', { samples: [one], versions: { 'rm-a': 9 } }, 404, '/version'],
    [
      'a model without a curve',
      { samples: [{ ...one, rewards: { 'rm-a': 1, x: 2 } }] },
      409,
      '/samples/0/rewards/x',
    ],
    ['a row without text', { samples: [{ rewards: one.rewards }] }, 422, '/samples/0'],
    [
      'a reward that is no number',
      { samples: [{ ...one, rewards: { 'rm-a': null, 'rm-b': 1 } }] },
      422,
      '/samples/0/rewards/rm-a',
    ],
  ])('refuses %s', async (_, fields, status, path) => {
    const app = await startEnsemble();
    const { status: got, body } = await post(app, '/v1/calibrate', { combine: 'mean', ...fields });
    expect([got, body.errors[0].path]).toEqual([status, path]);
  });

  test('refuses a model whose rewards do not spread', async () => {
    const app = await startEnsemble();
    await post(app, '/v1/fit', {
      reward_model: 'flat',
      columns: { ...columns, rewards: columns.chars.map(() => 1) },
    });
    const samples = [{ ...one, rewards: { 'rm-a': 1, flat: 1 } }];
    const { status, body } = await post(app, '/v1/calibrate', { combine: 'mean', samples });
    expect([status, body.type]).toEqual([409, '/docs/errors#no-scale']);
  });
});
