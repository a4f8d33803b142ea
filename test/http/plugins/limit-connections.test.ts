import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { expect, onTestFinished, test } from 'vitest';
import { startApp } from '../../support/app.js';

async function open(app: FastifyInstance): Promise<Socket> {
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

async function ask(socket: Socket, path: string): Promise<string> {
  socket.write(`GET ${path} HTTP/1.1\r\nhost: a\r\n\r\n`);
  return String((await once(socket, 'data'))[0]);
}

test('requests over connections beyond MAX_CONNECTIONS are refused with retry-after, but for health', async () => {
  const app = await startApp({ MAX_CONNECTIONS: '2' });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const [first, second] = [await open(app), await open(app)];
  expect(await ask(first, '/v1/curves')).toContain('HTTP/1.1 200');
  expect(await ask(second, '/v1/curves')).toContain('HTTP/1.1 200');
  const third = await open(app);
  const closed = once(third, 'close');
  expect(await ask(third, '/health/live')).toContain('HTTP/1.1 200');
  const refused = await ask(third, '/v1/curves');
  expect(refused).toContain('HTTP/1.1 503');
  expect(refused).toMatch(/\r\nretry-after: 1\r\n/i);
  expect(refused).toContain('#connections-full"');
  await closed;
  first.destroy();
  await expect.poll(async () => ask(await open(app), '/v1/curves')).toContain('HTTP/1.1 200');
});

test('connections beyond twice as many are ended', async () => {
  const app = await startApp({ MAX_CONNECTIONS: '1' });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const [first, second] = [await open(app), await open(app)];
  expect(await ask(first, '/health/live')).toContain('200');
  expect(await ask(second, '/health/live')).toContain('200');
  const third = await open(app);
  await once(third, 'close');
});
