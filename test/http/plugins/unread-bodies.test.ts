import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { startApp } from '../../support/app.js';

const CONNECTIONS = 32;
const ANNOUNCED = 60_000_000;

test('clients that announce large bodies and send nothing take no memory for them', async () => {
  const app = await startApp();
  let begun = 0;
  app.server.on('request', () => begun++);
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  const before = process.memoryUsage().arrayBuffers;
  const head = `POST /v1/fit HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${ANNOUNCED}\r\n\r\n{`;
  for (let i = 0; i < CONNECTIONS; i++) {
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    onTestFinished(() => void socket.destroy());
    await once(socket, 'connect');
    socket.write(head);
  }
  while (begun < CONNECTIONS) await new Promise((resolve) => setTimeout(resolve, 5));
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(ANNOUNCED / 2);
});
