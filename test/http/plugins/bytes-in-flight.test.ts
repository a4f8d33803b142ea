import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { describe, expect, onTestFinished, test } from 'vitest';
import { biasedColumns, startApp } from '../../support/app.js';

const LIMIT = 400_000;
const SETTINGS = { BODY_LIMIT: String(LIMIT), MAX_BYTES_IN_FLIGHT: String(LIMIT) };
const BODY = JSON.stringify({ reward_model: 'a', columns: biasedColumns(10_000) });
const SMALL = JSON.stringify({ reward_model: 'a', columns: { rewards: [1], chars: [5] } });

async function listen(settings: Record<string, string>) {
  const app = await startApp(settings);
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  return { app, url };
}

function post(
  url: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
): Promise<Response> {
  const init = { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body };
  return fetch(`${url}/v1/calibrate`, init);
}

/** A client that sends all of a large body but its end. */
async function holdBytes(app: FastifyInstance): Promise<Socket> {
  const { port } = app.server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  const head = `POST /v1/fit HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: ${LIMIT}\r\n\r\n`;
  socket.write(head + ' '.repeat(LIMIT - 10_000));
  // Only what has arrived is held: a request that came before it would take its room.
  const held = async () =>
    Number(/bytes_in_flight (\d+)/.exec((await app.inject({ url: '/metrics' })).body)?.[1]);
  await expect.poll(held).toBeGreaterThanOrEqual(LIMIT - 10_000);
  return socket;
}

describe('beyond MAX_BYTES_IN_FLIGHT', () => {
  test('a large body is a 503 with retry-after that its sender sees; small ones go on', async () => {
    const { app, url } = await listen(SETTINGS);
    expect(BODY.length).toBeGreaterThan(100_000);
    const holder = await holdBytes(app);
    const statuses = () => post(url, BODY).then(({ status }) => status);
    const refused = await post(url, BODY);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(JSON.stringify(await refused.json())).toMatch(/#bytes-in-flight-full"/);
    expect((await post(url, SMALL)).status).toBe(409);
    holder.destroy();
    await expect.poll(statuses).toBe(409);
  });

  test('what counts is what was decompressed', async () => {
    const { app, url } = await listen(SETTINGS);
    await holdBytes(app);
    const zipped = gzipSync(SMALL + ' '.repeat(200_000));
    expect(zipped.length).toBeLessThan(65_536);
    const { status } = await post(url, new Uint8Array(zipped), { 'content-encoding': 'gzip' });
    expect(status).toBe(503);
  });

  test('bytes are given back with every answer, good or bad', async () => {
    const { url } = await listen(SETTINGS);
    for (let i = 0; i < 12; i++) {
      expect((await post(url, i % 2 === 0 ? BODY : `${BODY}]`)).status).toBe(i % 2 === 0 ? 409 : 400);
    }
  });
});

test('a line that finds no room is refused in its place, and the next one is read', async () => {
  const { app, url } = await listen({ ...SETTINGS, LINE_LIMIT: String(LIMIT) });
  const holder = await holdBytes(app);
  const lines = [1, 2].map((reward) =>
    JSON.stringify({ reward, response: reward === 1 ? 'x'.repeat(200_000) : 'y' }),
  );
  const response = await fetch(`${url}/v1/calibrate?reward_model=a&on_missing_curve=passthrough`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body: lines.join('\n'),
  });
  const answers = (await response.text()).trim().split('\n');
  expect(answers[0]).toContain('bytes-in-flight-full');
  expect(answers[1]).toContain('"reward":2');
  holder.destroy();
});

test('more streams than MAX_STREAMS are a 503 with retry-after', async () => {
  const { app, url } = await listen({ MAX_STREAMS: '1' });
  const { port } = app.server.address() as AddressInfo;
  const open = connect(port, '127.0.0.1').on('error', () => undefined);
  onTestFinished(() => void open.destroy());
  const path = '/v1/calibrate?reward_model=a&on_missing_curve=passthrough';
  open.write(
    `POST ${path} HTTP/1.1\r\nhost: a\r\ncontent-type: application/x-ndjson\r\ncontent-length: 100\r\n\r\n{`,
  );
  const ask = () =>
    fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body: '{"reward": 1}',
    });
  await expect.poll(async () => (await ask()).status).toBe(503);
  const refused = await ask();
  expect(refused.headers.get('retry-after')).toBe('1');
  expect(JSON.stringify(await refused.json())).toMatch(/#streams-full"/);
  open.destroy();
  await expect.poll(async () => (await ask()).status).toBe(200);
});
