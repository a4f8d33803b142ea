import { expect, test } from 'vitest';
import { shareApp } from '../../support/app.js';

const shared = shareApp();

const POLICY =
  "default-src 'none';script-src 'self';style-src 'self';img-src 'self' data:;font-src 'self';connect-src 'self';form-action 'self';base-uri 'none';frame-ancestors 'none'";

test.each([
  '/',
  '/docs',
  '/docs/',
  '/docs/static/swagger-ui-bundle.js',
  '/docs/static/theme/icon.svg',
  '/docs/json',
])('%s may load nothing but its own, be in no frame, and is what it says it is', async (url) => {
  const { statusCode, headers } = await shared.app.inject(url);
  expect(statusCode).toBe(200);
  expect(headers).toMatchObject({
    'content-security-policy': POLICY,
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
  });
  // The host may serve others over plain HTTP.
  expect(headers).not.toHaveProperty('strict-transport-security');
});

test.each(['/v1/curves', '/health/ready', '/metrics', '/openapi.json', '/nowhere'])(
  '%s has none of these headers: no browser shows it',
  async (url) => {
    const { headers } = await shared.app.inject(url);
    expect(Object.keys(headers).filter((name) => /policy|^x-(frame|content)/.test(name))).toEqual([]);
  },
);

test('no route of the API has a hook of the pages', () => {
  const routes = shared.app
    .printRoutes({ includeHooks: true, commonPrefix: false })
    .split(/\n(?=.*\(\w+(?:, \w+)*\)$)/m);
  const hooked = routes
    .filter((route) => route.includes('helmet'))
    .map((route) => route.split('\n')[0] ?? '');
  expect(hooked.length).toBeGreaterThan(3);
  expect(hooked.filter((route) => /v1|sidecar|health|metrics|openapi/.test(route))).toEqual([]);
});

test("/docs has this project's name, and no script inline", async () => {
  const { body } = await shared.app.inject('/docs');
  expect(body).toContain('<title>Reward calibration · API</title>');
  expect(body).not.toContain('favicon-32x32');
  expect([...body.matchAll(/<script([^>]*)>([^<]*)</g)].filter(([, , code]) => code?.trim() !== '')).toEqual(
    [],
  );
});
