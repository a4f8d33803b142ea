import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { startSidecar } from '../../support/sidecar-app.js';
import { fitsOf, metricOf, SECRET, textsOf } from '../../support/sidecar-policy.js';

describe('the metrics of an upstream', () => {
  test('show it before it was asked anything', async () => {
    const { app } = await startSidecar('openrlhf');
    expect(await metricOf(app, 'upstream_breaker_open{upstream="rm"}')).toBe(0);
    expect(await metricOf(app, 'upstream_waiting{upstream="rm"}')).toBe(0);
  });

  test('tell time and size of its requests, and how responses were found', async () => {
    const { app, ask } = await startSidecar('openrlhf');
    const query = ['PR', 'other'];
    await ask('/get_reward', { query, prompts: ['P', 'none'] });
    await ask('/slime', { prompt: 'P', response: 'R' });
    expect(await metricOf(app, 'upstream_duration_seconds_count{upstream="rm"}')).toBe(2);
    expect(await metricOf(app, 'upstream_batch_size_sum{upstream="rm"}')).toBe(3);
    const rules = ['prompt', 'whole', 'given'].map((rule) =>
      metricOf(app, `response_rule_total{upstream="rm",rule="${rule}"}`),
    );
    expect(await Promise.all(rules)).toEqual([1, 1, 1]);
  });

  test('tell its failures and its breaker', async () => {
    const upstream = { breaker: { failures: 2, pause: 50 } };
    const { app, ask, fake } = await startSidecar('openrlhf', { upstream, knobs: { status: 500 } });
    const isOpen = () => metricOf(app, 'upstream_breaker_open{upstream="rm"}');
    await ask('/get_reward', { query: 'a' });
    expect(await isOpen()).toBe(0);
    await ask('/get_reward', { query: 'a' });
    expect(await isOpen()).toBe(1);
    expect(await metricOf(app, 'upstream_failures_total{upstream="rm",code="upstream-unavailable"}')).toBe(2);
    fake.set({});
    while ((await ask('/get_reward', { query: 'a' })).status !== 200) await sleep(10);
    expect(await isOpen()).toBe(0);
  });

  test('tell how many texts wait', async () => {
    const upstream = { batch: { size: 1, concurrency: 1 } };
    const { app, ask, fake } = await startSidecar('openrlhf', { upstream, knobs: { latency: 300 } });
    const asked = ask('/get_reward', { query: textsOf(4) });
    await fake.arrived(1);
    expect(await metricOf(app, 'upstream_waiting{upstream="rm"}')).toBe(3);
    fake.set({});
    await asked;
    expect(await metricOf(app, 'upstream_waiting{upstream="rm"}')).toBe(0);
  });

  test('hold no text and pass promtool', async (context) => {
    const { app, ask, fake } = await startSidecar('openrlhf', { upstream: { refit: { min_samples: 50 } } });
    await ask('/get_reward', { query: textsOf(50) });
    await fitsOf(app, 'fitted', 1);
    fake.set({ status: 400 });
    await ask('/get_reward', { query: textsOf(1) });
    const input = (await app.inject('/metrics')).body;
    expect(input).not.toContain(SECRET);
    expect(input).toContain('upstream_failures_total{upstream="rm",code="upstream-refused"}');
    if (spawnSync('promtool', ['--version']).error) return context.skip('promtool is not installed');
    const { stdout, stderr, status } = spawnSync('promtool', ['check', 'metrics'], {
      input,
      encoding: 'utf8',
    });
    expect(status, stdout + stderr).toBe(0);
    return undefined;
  });
});
