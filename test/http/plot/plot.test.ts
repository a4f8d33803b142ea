import { describe, expect, test } from 'vitest';
import { Unavailable } from '../../../src/calibration/errors.js';
import { Fitter } from '../../../src/fitting/fitter.js';
import type { PlotJob, PlotTasks } from '../../../src/http/jobs/plot-tasks.js';
import { biasedColumns, fittedOnce, plotWorkerUrl, post, shareApp, startApp } from '../../support/app.js';
import { checkXml } from '../../support/check-xml.js';

const rm = `org/<script>alert("x")</script> & 'co'`;
const columns = biasedColumns(300);
const words = columns.chars.map((length, i) => (length * 31 + i) % 40);
const shared = shareApp(
  fittedOnce(rm, [
    { columns },
    { columns: { ...columns, words }, characteristics: [{ name: 'chars', alpha: 0.5 }, { name: 'words' }] },
  ]),
);

const plot = (query: Record<string, string | string[]>) =>
  shared.app.inject({ url: '/v1/curves/plot', query: { reward_model: rm, ...query } });

const exportOf = (version: string) =>
  shared.app.inject({ url: '/v1/curves', query: { reward_model: rm, version } });

describe('GET /v1/curves/plot', () => {
  test('draws the current version as SVG, with escaped names and without scripts', async () => {
    const { statusCode, headers, body } = await plot({});
    expect(statusCode, body).toBe(200);
    expect(headers['content-type']).toBe('image/svg+xml');
    expect(headers['content-security-policy']).toBe("default-src 'none'; style-src 'unsafe-inline'");
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(body).toContain('version 2, α = 0.5');
    expect(body).toContain('density of 300 fitted samples');
    expect(body).toContain('&lt;script&gt;');
    expect(checkXml(body).tags).not.toContain('script');
  });

  test('draws a named version, another characteristic, in the dark, in another size', async () => {
    const { body } = await plot({
      version: '2',
      characteristic: 'words',
      theme: 'dark',
      width: '500',
      height: '400',
    });
    expect(body).toContain('>words<');
    expect(body).toContain('width="500" height="400"');
    expect(body).toContain('#12161c');
  });

  test('overlays two versions', async () => {
    const { body } = await plot({ version: ['1', '2'] });
    expect(body).toContain('version 1, α = 1');
    expect(body).toContain('version 2, α = 0.5');
  });

  test.each([
    [{ version: ['1', '2', '3'] }, '/version'],
    [{ version: ['1', '1'] }, '/version'],
    [{ version: '0' }, '/version/0'],
    [{ version: 'new' }, '/version/0'],
    [{ theme: 'pink' }, '/theme'],
    [{ width: '10' }, '/width'],
    [{ height: '1e9' }, '/height'],
    [{ characteristic: 'a b' }, '/characteristic'],
    [{ characteristic: 'tokens' }, '/characteristic'],
    [{ version: ['2', '1'], characteristic: 'words' }, '/characteristic'],
    [{ reward_model: '' }, '/reward_model'],
    [{ color: 'red' }, '/color'],
  ])('refuses %j', async (query, path) => {
    const response = await plot(query);
    expect(response.statusCode, response.body).toBe(422);
    expect(response.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(response.json().errors.map((error: { path: string }) => error.path)).toContain(path);
  });

  test.each([
    [{ reward_model: 'org/other' }, 'unknown-reward-model'],
    [{ version: '9' }, 'unknown-version'],
    [{ version: ['1', '9'] }, 'unknown-version'],
  ])('%j is not there: %s', async (query, code) => {
    const response = await plot(query);
    expect(response.statusCode).toBe(404);
    expect(response.json().type).toBe(`/docs/errors#${code}`);
  });

  test('wants a key where the service has keys', async () => {
    const app = await startApp({ API_KEYS: 'alpha' });
    for (const url of [
      '/v1/curves/plot?reward_model=rm',
      '/v1/curves/density?reward_model=rm',
      '/v1/activity',
    ])
      expect((await app.inject(url)).statusCode, url).toBe(401);
  });

  test('does not wait behind fits', async () => {
    const workerUrl = new URL('../../support/hanging-fit-worker.mjs', import.meta.url);
    const app = await startApp({}, undefined, { workerUrl });
    const payload = (await exportOf('1')).json();
    await app.inject({ method: 'PUT', url: '/v1/curves', payload });
    const fit = post(app, '/v1/fit', { reward_model: 'rm', columns });
    const { statusCode } = await app.inject({ url: '/v1/curves/plot', query: { reward_model: rm } });
    expect(statusCode).toBe(200);
    const closing = app.close();
    expect((await fit).status).toBe(503);
    await closing;
  });
});

test('plots that find no place in the queue are refused in their own words', async () => {
  const plotter = new Fitter<PlotTasks>({
    threads: 1,
    queue: 1,
    timeout: 100_000,
    workerUrl: plotWorkerUrl,
    observer: { ended: () => undefined, threadDied: () => undefined },
    queueFull: () => new Unavailable('plot-queue-full', 'too many plots are waiting already', 1),
  });
  const exported = await exportOf('1');
  const size = { width: 900, height: 560 };
  const job: PlotJob = { documents: [exported.json()], characteristic: 'chars', theme: 'light', ...size };
  const plots = [1, 2, 3].map(() => plotter.run('plot', job, [], new AbortController().signal));
  const outcomes = await Promise.allSettled(plots);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
  expect(outcomes[2]).toMatchObject({ reason: { code: 'plot-queue-full', retryAfterSeconds: 1 } });
  await plotter.close();
});
