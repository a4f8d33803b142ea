import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { Api } from '../../src/ui/api.js';

/** A service that answers with the key that it was sent, and refuses every other one with a 401. */
async function startGuarded(key: string): Promise<string> {
  const server = createServer(({ headers }, response) => {
    const isKnown = headers.authorization === `Bearer ${key}`;
    response.writeHead(isKnown ? 200 : 401).end(isKnown ? JSON.stringify(key) : '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

test('requests that wait for a key ask the reader once, and are sent again with it', async () => {
  const url = await startGuarded('secret');
  const api = new Api();
  const asked: boolean[] = [];
  api.whenUnauthorized(async (wasRefused) => {
    asked.push(wasRefused);
    return asked.length === 1 ? 'wrong' : 'secret';
  });
  expect(await Promise.all([api.request(url), api.request(url)])).toEqual(['secret', 'secret']);
  expect(asked).toEqual([false, true]);
});

test('a reader who gives no key sees the refusal, and is asked again by the next request only', async () => {
  const url = await startGuarded('secret');
  const api = new Api();
  let asked = 0;
  api.whenUnauthorized(async () => {
    asked++;
    return undefined;
  });
  await expect(api.request(url)).rejects.toMatchObject({ status: 401 });
  expect([asked, api.hasKey]).toEqual([1, false]);
});
