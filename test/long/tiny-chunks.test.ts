import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ARROW_STREAM } from '../../src/http/bodies/bodies.js';
import { NDJSON } from '../../src/http/bodies/ndjson.js';
import { postJson, FITTED as rm, startFitted } from '../support/server-process.js';

/** Kept as a buffer each, these take twice the heap. */
const CHUNKS = 1_000_000;
const HEAP = { NODE_OPTIONS: '--max-old-space-size=64' };

/** Sends a body of as many chunks of one byte, and its end. */
async function sendTinyChunks(socket: Socket, head: string): Promise<void> {
  socket.write(`${head}\r\ntransfer-encoding: chunked\r\n\r\n`);
  const block = '1\r\na\r\n'.repeat(10_000);
  for (let sent = 0; sent < CHUNKS && !socket.destroyed; sent += 10_000) {
    if (!socket.write(block)) await Promise.race([once(socket, 'drain'), once(socket, 'close')]);
  }
  socket.write('0\r\n\r\n');
}

/** What the service says to a request of such a body. */
async function postTinyChunks(url: string, path: string, type: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname).on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  const answer = Promise.race([once(socket, 'data'), once(socket, 'close')]);
  await sendTinyChunks(socket, `POST ${path} HTTP/1.1\r\nhost: a\r\ncontent-type: ${type}`);
  return String((await answer)[0]);
}

/** A reward-model server that answers so. */
async function startTinyUpstream(): Promise<string> {
  const server = createServer((socket) => {
    onTestFinished(() => void socket.destroy());
    socket.on('error', () => undefined);
    socket.once('data', () => sendTinyChunks(socket, 'HTTP/1.1 200 OK\r\ncontent-type: application/json'));
  });
  onTestFinished(() => void server.close());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('with a heap of 64 MB, a million chunks of one byte', () => {
  test.each([
    ['/v1/calibrate', 'application/json', 'not-json'],
    ['/v1/fit', 'application/json', 'not-json'],
    [`/v1/calibrate?reward_model=${rm}`, ARROW_STREAM, 'not-arrow'],
    ['/v1/fit?reward_model=m', NDJSON, 'not-json'],
    [`/v1/calibrate?reward_model=${rm}`, NDJSON, 'not-json'],
  ])('to %s as %s are refused as %s', async (path, type, code) => {
    const server = await startFitted(HEAP);
    expect(await postTinyChunks(server.url, path, type)).toContain(code);
    expect((await fetch(`${server.url}/health/live`)).status).toBe(200);
  });

  test('from an upstream are a wrong answer', async () => {
    const upstream = { name: 'rm', reward_model: rm, kind: 'openrlhf', url: await startTinyUpstream() };
    const server = await startFitted({ ...HEAP, UPSTREAMS: JSON.stringify([upstream]) });
    const { status, body } = await postJson(`${server.url}/sidecar/rm/get_reward`, { query: ['a'] });
    expect([status, body.type]).toEqual([502, '/docs/errors#upstream-wrong-answer']);
    expect((await fetch(`${server.url}/health/live`)).status).toBe(200);
  });
});
