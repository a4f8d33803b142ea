import { spawnSync } from 'node:child_process';
import { sampleCorrelation } from 'simple-statistics';
import { describe, expect, test } from 'vitest';
import { MemoryStore } from '../../src/curves/stores/memory-store.js';
import { RunningCorrelation } from '../../src/telemetry/running-correlation.js';
import { biasedColumns, post, startApp } from '../support/app.js';
import { biasedSamples } from '../support/simulated-samples.js';

const rm = 'org/"rm"\\';

async function usedApp() {
  const app = await startApp();
  const columns = biasedColumns(300);
  await post(app, '/v1/fit', { reward_model: rm, columns });
  await post(app, '/v1/calibrate', { reward_model: rm, columns, observe: true });
  await post(app, '/v1/calibrate', { reward_model: rm, columns: { rewards: [1], chars: [1e6] } });
  await post(app, '/v1/calibrate', {
    reward_model: 'never fitted',
    columns,
    on_missing_curve: 'passthrough',
  });
  return app;
}

describe('the metrics', () => {
  test('tell what happened', async () => {
    const metrics = (await (await usedApp()).inject('/metrics')).body;
    const label = 'reward_model="org/\\"rm\\"\\\\"';
    for (const line of [
      `reward_calibration_samples_total{${label},outcome="calibrated"} 301`,
      `reward_calibration_samples_total{${label},outcome="fitted"} 300`,
      `reward_calibration_samples_total{${label},outcome="observed"} 300`,
      `reward_calibration_extrapolated_samples_total{${label}} 1`,
      `reward_calibration_curve_version{${label}} 1`,
      `reward_calibration_bias_count{${label}} 2`,
      'reward_calibration_samples_total{reward_model="",outcome="passthrough"} 300',
      'reward_calibration_batch_size_count 3',
      'reward_calibration_fit_samples_sum 300',
      'reward_calibration_fit_duration_seconds_count 1',
      'reward_calibration_store_write_duration_seconds_count 1',
      'reward_calibration_store_failures_total 0',
    ]) {
      expect(metrics).toContain(line);
    }
    expect(metrics).toMatch(/length_correlation\{[^}]*stage="raw"\} -?0\.\d/);
    expect(metrics).toMatch(
      /http_request_duration_seconds_count\{method="POST",route="\/v1\/fit",status="200"\} 1/,
    );
  });

  test('tell the warnings of the current curve, after fit, rollback, import, restart and delete', async () => {
    const store = new MemoryStore();
    const app = await startApp({}, store);
    const warnings = async (service = app) =>
      /^reward_calibration_warnings\{reward_model="rm"\} (\d+)$/m.exec(
        (await service.inject('/metrics')).body,
      )?.[1];
    const refitted = async (size: number) => {
      const { rewards, characteristics } = biasedSamples(size, 1);
      const columns = { rewards: [...rewards], chars: [...(characteristics.get('chars') ?? [])] };
      const { body } = await post(app, '/v1/fit', { reward_model: 'rm', columns });
      return body.diagnostics.warnings;
    };
    const few = await refitted(20);
    expect(few.map(({ code }: { code: string }) => code)).toContain('few-samples-per-neighbourhood');
    expect(await warnings()).toBe(String(few.length));
    expect(await warnings(await startApp({}, store))).toBe(String(few.length));
    expect(await refitted(2_000)).toEqual([]);
    expect(await warnings()).toBe('0');
    await post(app, '/v1/curves/rollback', { reward_model: 'rm' });
    expect(await warnings()).toBe(String(few.length));
    const payload = (await app.inject('/v1/curves?reward_model=rm&version=2')).json();
    await app.inject({ method: 'PUT', url: '/v1/curves', payload });
    expect(await warnings()).toBe('0');
    await app.inject({ method: 'DELETE', url: '/v1/curves?reward_model=rm' });
    expect(await warnings()).toBeUndefined();
  });

  test('have no label for a reward model without a curve', async () => {
    const metrics = (await (await usedApp()).inject('/metrics')).body;
    expect(metrics).not.toContain('never fitted');
  });

  test('pass promtool', async (context) => {
    if (spawnSync('promtool', ['--version']).error) return context.skip('promtool is not installed');
    const input = (await (await usedApp()).inject('/metrics')).body;
    const { stdout, stderr, status } = spawnSync('promtool', ['check', 'metrics'], {
      input,
      encoding: 'utf8',
    });
    expect(status, stdout + stderr).toBe(0);
    return undefined;
  });
});

test('the running correlation is the correlation of everything, at any offset', () => {
  const { rewards, chars } = biasedColumns(500);
  const far = chars.map((value) => value + 1e9);
  const running = new RunningCorrelation();
  expect(running.value).toBeUndefined();
  running.add(Float64Array.from(far.slice(0, 200)), rewards.slice(0, 200));
  running.add(Float64Array.from(far.slice(200)), rewards.slice(200));
  expect(running.value).toBeCloseTo(sampleCorrelation(chars, rewards), 9);
});

test('a running correlation is never beyond 1, and none where a stream is constant up to rounding', () => {
  const lengths = Float64Array.from({ length: 3_000 }, (_, i) => 20 + ((i * 7919) % 3001));
  const runningOf = (columnOf: (length: number, i: number) => number, from?: (length: number) => number) => {
    const running = new RunningCorrelation();
    for (let start = 0; start < lengths.length; start += 700) {
      const x = lengths.slice(start, start + 700);
      running.add(x, x.map(columnOf), from && x.map(from));
    }
    return running.value;
  };
  for (const slope of [1e-9, 1 / 61, 1e100, -1e150, -3]) {
    const r = runningOf((length) => slope * length) ?? Number.NaN;
    expect(Math.abs(r)).toBeLessThanOrEqual(1);
    expect(r).toBeCloseTo(Math.sign(slope), 9);
  }
  expect(runningOf(() => 0.1)).toBeUndefined();
  expect(runningOf(() => -1e9 / 3)).toBeUndefined();
  const line = (length: number) => 0.3 + length / 61;
  const rounding = (length: number, i: number) => (i % 3 === 0 ? 1e-16 * Math.sign(length - 1500) : 0);
  expect(runningOf(rounding, line)).toBeUndefined();
  expect(runningOf(rounding)).toBeDefined();
});
