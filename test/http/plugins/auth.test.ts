import { describe, expect, test } from 'vitest';
import { biasedColumns, startApp } from '../../support/app.js';

const request = (authorization?: string) => ({
  method: 'POST' as const,
  url: '/v1/fit',
  payload: { reward_model: 'org/rm', columns: biasedColumns(20) },
  headers: authorization === undefined ? {} : { authorization },
});

describe('with API_KEYS', () => {
  test.each([undefined, 'Bearer wrong', 'Basic alpha', 'Bearer '])(
    '%s is refused with a problem',
    async (header) => {
      const app = await startApp({ API_KEYS: 'alpha, beta' });
      const response = await app.inject(request(header));
      expect(response.statusCode).toBe(401);
      expect(response.headers['content-type']).toMatch(/^application\/problem\+json/);
      expect(response.json()).toMatchObject({
        status: 401,
        type: '/docs/errors#unauthorized',
        title: 'Unauthorized',
      });
      expect(response.json().request_id).toBe(response.headers['x-request-id']);
      expect(response.body).not.toContain('alpha');
    },
  );

  test('each key opens /v1, and health, metrics and documentation need none', async () => {
    const app = await startApp({ API_KEYS: 'alpha, beta' });
    expect((await app.inject(request('Bearer alpha'))).statusCode).toBe(200);
    expect((await app.inject(request('Bearer beta'))).statusCode).toBe(200);
    for (const url of ['/health/live', '/health/ready', '/metrics', '/openapi.json', '/docs/']) {
      expect((await app.inject(url)).statusCode, url).toBe(200);
    }
  });
});
