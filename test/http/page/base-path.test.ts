import { expect, test } from 'vitest';
import { startApp } from '../../support/app.js';

const BEHIND = { BASE_PATH: '/calibration' };

test('a proxy may leave BASE_PATH on or take it off', async () => {
  const app = await startApp(BEHIND);
  for (const path of [
    '/v1/curves',
    '/docs',
    '/docs/',
    '/health/live',
    '/openapi.json',
    '/',
    '/v1/curves?version=1',
  ]) {
    const [whole, stripped] = [await app.inject(`/calibration${path}`), await app.inject(path)];
    expect([path, whole.statusCode]).toEqual([path, stripped.statusCode]);
    expect(whole.body.replace(/"request_id":"[^"]+"/, '')).toBe(
      stripped.body.replace(/"request_id":"[^"]+"/, ''),
    );
  }
});

test.each([
  '/calibrations/v1/curves',
  '/calibration.v1/curves',
  '/a/calibration/v1/curves',
  '/Calibration/v1/curves',
])('%s is not below BASE_PATH', async (url) => {
  expect((await (await startApp(BEHIND)).inject(url)).statusCode).toBe(404);
});

test('BASE_PATH is taken off once', async () => {
  expect((await (await startApp(BEHIND)).inject('/calibration/calibration/v1/curves')).statusCode).toBe(404);
});

test('without its slash BASE_PATH leads to the page, whose addresses are relative', async () => {
  const app = await startApp(BEHIND);
  const { statusCode, headers } = await app.inject('/calibration?a=b');
  expect([statusCode, headers.location]).toEqual([308, '/calibration/']);
  expect((await app.inject('/calibration/')).statusCode).toBe(200);
});

test('what is absolute in an answer carries it: servers, links of /docs, redirects', async () => {
  const app = await startApp(BEHIND);
  expect((await app.inject('/openapi.json')).json().servers).toEqual([{ url: '/calibration' }]);
  const { body } = await app.inject('/docs');
  const absolute = [...body.matchAll(/(?:href|src)="(\/[^"]*)"/g)].map(([, url]) => url);
  expect(absolute.length).toBeGreaterThan(3);
  expect(absolute.filter((url) => !url?.startsWith('/calibration/'))).toEqual([]);
  expect((await app.inject('/docs/static/index.html')).headers.location).toBe('/calibration/docs/');
});

test('without BASE_PATH no address is rewritten', async () => {
  const app = await startApp();
  expect(app.initialConfig).not.toHaveProperty('rewriteUrl');
  expect((await app.inject('/openapi.json')).json().servers).toEqual([{ url: '/' }]);
  expect((await app.inject('/docs/static/index.html')).headers.location).toBe('/docs/');
});
