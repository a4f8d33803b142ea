import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setImmediate, setTimeout } from 'node:timers/promises';
import Fastify, { type FastifyInstance } from 'fastify';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Connections } from '../../../src/http/admission/connections.js';
import { gracefulClosePlugin } from '../../../src/http/plugins/graceful-close.js';

/** A service that answers one request at a time when the test allows it, and a log of what it does. */
async function startCounting(size = 10) {
  const app = Fastify();
  const seen = { parsed: 0, begun: [] as string[], busiest: 0, underWay: 0 };
  await app.register(gracefulClosePlugin, {
    closing: { now: false },
    connections: new Connections(app.server),
    drainDelay: 0,
  });
  app.server.on('request', () => seen.parsed++);
  app.get('/:n', async (request) => {
    seen.begun.push((request.params as { n: string }).n);
    seen.busiest = Math.max(seen.busiest, ++seen.underWay);
    await setImmediate();
    seen.underWay--;
    return `<${(request.params as { n: string }).n}>${'x'.repeat(size)}`;
  });
  onTestFinished(() => app.close());
  await app.listen({ port: 0, host: '127.0.0.1' });
  return { app, seen };
}

async function connectTo(app: FastifyInstance): Promise<Socket> {
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1').on(
    'error',
    () => undefined,
  );
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  return socket;
}

const get = (n: number) => `GET /${n} HTTP/1.1\r\nhost: a\r\n\r\n`;
const getAll = (count: number) => Array.from({ length: count }, (_, n) => get(n)).join('');

/** Resolves when a number has stayed the same for a while. */
async function settled(value: () => number): Promise<number> {
  for (let before = -1; before !== value(); ) {
    before = value();
    await setTimeout(300);
  }
  return value();
}

describe('requests that a client pipelines', () => {
  test('are all answered, one after the other and in their order', async () => {
    const { app, seen } = await startCounting();
    const socket = await connectTo(app);
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.write(getAll(2_000));
    while (!text.includes('<1999>')) await once(socket, 'data');
    expect([...text.matchAll(/<(\d+)>/g)].map(([, n]) => Number(n))).toEqual(
      Array.from({ length: 2_000 }, (_, n) => n),
    );
    expect(seen.busiest).toBe(1);
  });

  test('are no longer made, or read, for one that does not read its answers', async () => {
    const { app, seen } = await startCounting(100_000);
    const socket = await connectTo(app);
    socket.pause();
    socket.write(getAll(100_000));
    expect(await settled(() => seen.begun.length)).toBeLessThan(200);
    expect(await settled(() => seen.parsed)).toBeLessThan(10_000);
    socket.destroy();
    const other = await connectTo(app);
    other.write(get(7));
    expect(String((await once(other, 'data'))[0])).toContain('<7>');
  });

  test('of several connections are answered beside each other', async () => {
    const { app, seen } = await startCounting();
    const sockets = await Promise.all(Array.from({ length: 5 }, () => connectTo(app)));
    const answers = sockets.map((socket) => once(socket, 'data'));
    for (const socket of sockets) socket.write(get(1));
    await Promise.all(answers);
    expect(seen.begun).toHaveLength(5);
  });
});
