import { sampleCorrelation } from 'simple-statistics';
import { describe, expect, test } from 'vitest';
import { rewardOf } from '../../sidecar/fake-servers.js';
import { SLOPE, startSidecar } from '../../support/sidecar-app.js';
import {
  biasedReward,
  HandClock,
  LogLines,
  metricOf,
  SECRET,
  textsOf,
} from '../../support/sidecar-policy.js';

const SAID = 'shadow: what calibration would have done';

async function startShadow(upstream: object = {}) {
  const clock = new HandClock();
  const logStream = new LogLines();
  const sidecar = await startSidecar('openrlhf', {
    upstream: { mode: 'shadow', refit: { first: false }, ...upstream },
    knobs: { reward: biasedReward(SLOPE) },
    environment: { LOG_LEVEL: 'info' },
    dependencies: { clock, logStream },
  });
  return { ...sidecar, clock, logStream };
}

describe('an upstream in shadow mode', () => {
  test('answers raw rewards, marked as such, in every contract', async () => {
    const { ask, importLine } = await startShadow();
    await importLine();
    const query = textsOf(3);
    const raw = query.map(biasedReward(SLOPE));
    const { body, headers } = await ask('/get_reward', { query });
    expect(body.rewards).toEqual(raw);
    expect(body.extra_logs).toMatchObject({ raw_reward: raw, bias: [0, 0, 0], calibrated: [0, 0, 0] });
    expect([headers.get('x-reward-calibrated'), headers.get('x-curve-version')]).toEqual(['false', null]);
    const slime = await ask('/slime?reward_key=score', { prompt: '', response: query[0] });
    expect(slime.body).toMatchObject({ score: raw[0], bias: 0, calibrated: false });
    const list = (await ask('/classify', { input: query })).body.data;
    expect(list.map(({ probs }: { probs: number[] }) => probs.at(-1))).toEqual(raw);
  });

  test('tells in the metrics what calibration would have done', async () => {
    const { app, ask, importLine } = await startShadow();
    await importLine();
    const query = textsOf(300);
    await ask('/get_reward', { query });
    const lengths = query.map(({ length }) => length);
    const label = 'reward_model="org/rm"';
    expect(await metricOf(app, `samples_total{reward_model="org/rm",outcome="shadow"}`)).toBe(300);
    expect(await metricOf(app, `samples_total{reward_model="org/rm",outcome="calibrated"}`)).toBeUndefined();
    const bias = SLOPE * (lengths.reduce((sum, length) => sum + length, 0) / 300);
    expect(await metricOf(app, `bias_sum{${label}}`)).toBeCloseTo(bias, 1);
    const without = sampleCorrelation(lengths, query.map(rewardOf));
    // The line ends at 1,000 characters, a few texts do not.
    expect(await metricOf(app, `length_correlation{${label},stage="calibrated"}`)).toBeCloseTo(without, 2);
    const raw = sampleCorrelation(lengths, query.map(biasedReward(SLOPE)));
    expect(await metricOf(app, `length_correlation{${label},stage="raw"}`)).toBeCloseTo(raw, 9);
  });

  test('logs it at most once a minute, and no text', async () => {
    const { ask, importLine, clock, logStream } = await startShadow();
    await importLine();
    for (let second = 0; second <= 150; second += 10) {
      await ask('/get_reward', { query: textsOf(10, second) });
      clock.pass(10);
    }
    const said = logStream.with(SAID);
    expect(said.map(({ samples }) => samples)).toEqual([70, 60]);
    const texts = Array.from({ length: 7 }, (_, i) => textsOf(10, 10 * i)).flat();
    const bias = texts.reduce((sum, { length }) => sum + SLOPE * Math.min(length, 1_000), 0) / 70;
    expect(said[0]).toMatchObject({ upstream: 'rm', version: 1, meanBias: expect.closeTo(bias, 9) });
    expect(said[0]?.lengthCorrelation).toEqual({ raw: expect.any(Number), calibrated: expect.any(Number) });
    expect(JSON.stringify(logStream.lines)).not.toContain(SECRET);
  });

  test('never refuses for lack of a curve that fits', async () => {
    const { ask, importLine, logStream, clock } = await startShadow({ on_missing_curve: 'error' });
    clock.pass(100);
    expect((await ask('/get_reward', { query: textsOf(2) })).status).toBe(200);
    await importLine('tokens');
    expect((await ask('/get_reward', { query: textsOf(2) })).status).toBe(200);
    expect(logStream.with(SAID)).toEqual([]);
  });
});
