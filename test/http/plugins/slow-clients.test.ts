import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startApp } from '../../support/app.js';

const WINDOW = 400;
const PATH = '/v1/calibrate?reward_model=a&on_missing_curve=passthrough';

const head = (type: string, length: number) =>
  `POST ${PATH} HTTP/1.1\r\nhost: a\r\ncontent-type: ${type}\r\ncontent-length: ${length}\r\n\r\n`;

async function open(): Promise<{ socket: Socket; got: () => string; ended: Promise<unknown> }> {
  const app = await startApp({ REQUEST_TIMEOUT: String(WINDOW) });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
  socket.on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk;
  });
  const ended = once(socket, 'close');
  await once(socket, 'connect');
  return { socket, got: () => text, ended };
}

/** Writes byte after byte for as long as the connection lives. */
async function drip(socket: Socket, byte: string): Promise<void> {
  while (!socket.destroyed) {
    if (socket.writable) socket.write(byte);
    await sleep(WINDOW / 20);
  }
}

describe('a client that is slow', () => {
  test.each([
    ['with its head', 'GET / HTTP/1.1\r\nx: ', 'a', '408'],
    ['to begin', '', '', '408'],
    ['with its body', `${head('application/json', 1_000_000)}{`, ' ', '408'],
    ['with a body that is refused', `${head('text/plain', 1_000_000)}a`, 'a', '415'],
    ['with a line of a stream', head('application/x-ndjson', 1_000_000), ' ', '408'],
  ])('%s is refused and disconnected, though bytes keep coming', async (_, sent, byte, status) => {
    const { socket, got, ended } = await open();
    socket.write(sent);
    await Promise.all([ended, drip(socket, byte)]);
    expect(got()).toContain(`HTTP/1.1 ${status}`);
  });

  test('to go on with a stream whose answer has begun is disconnected', async () => {
    const { socket, got, ended } = await open();
    socket.write(`${head('application/x-ndjson', 1_000_000)}{"reward": 1}\n`);
    await Promise.all([ended, drip(socket, ' ')]);
    expect(got()).toContain('"reward":1');
  });

  test('but sends a line now and then is answered', async () => {
    const { socket, got } = await open();
    const line = '{"reward": 1}\n';
    socket.write(head('application/x-ndjson', 12 * line.length));
    for (let i = 0; i < 12; i++) {
      socket.write(line);
      await sleep(WINDOW / 4);
    }
    await expect.poll(got).toContain('\r\n0\r\n\r\n');
    expect(got().match(/"reward":1/g)).toHaveLength(12);
  });

  test('but keeps moving a large body is answered', async () => {
    const { socket, got } = await open();
    const piece = ' '.repeat(1_200_000);
    socket.write(head('application/json', 8 * piece.length));
    for (let i = 0; i < 8; i++) {
      socket.write(piece);
      await sleep(WINDOW / 4);
    }
    await expect.poll(got).toContain('HTTP/1.1 400');
  });
});

test('a time longer than Node’s own for requests can be set', async () => {
  const app = await startApp({ REQUEST_TIMEOUT: '600000' });
  expect(app.server.headersTimeout).toBe(600_000);
});
