import { once } from 'node:events';
import { request } from 'node:http';
import { describe, expect, test } from 'vitest';
import { startApp } from '../support/app.js';

const workerUrl = new URL('../support/slow-fit-worker.mjs', import.meta.url);
const LINES = Array.from(
  { length: 30 },
  (_, i) => `{"reward":${i % 7},"characteristics":{"chars":${i}}}\n`,
).join('');

describe("a body's deadline ends with the body", () => {
  test.each(['application/x-ndjson', 'APPLICATION/X-NDJSON'])(
    'a fit of %s whose turn and run take longer than REQUEST_TIMEOUT is answered',
    async (type) => {
      const app = await startApp({ REQUEST_TIMEOUT: '300' }, undefined, { workerUrl });
      const url = await app.listen({ port: 0, host: '127.0.0.1' });
      const fitTo = (name: string) =>
        fetch(`${url}/v1/fit?reward_model=${name}`, {
          method: 'POST',
          headers: { 'content-type': type },
          body: LINES,
        });
      // The second waits for the only thread, and then takes as long again.
      const answers = await Promise.all([fitTo('a'), fitTo('b')]);
      expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    },
  );

  test('a client that does not read its lines is disconnected', async () => {
    const app = await startApp({ REQUEST_TIMEOUT: '300' });
    const url = await app.listen({ port: 0, host: '127.0.0.1' });
    const outgoing = request(`${url}/v1/calibrate?reward_model=a&on_missing_curve=passthrough`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
    });
    // That it was disconnected shows at the server: a client that does not read need not notice.
    outgoing.on('error', () => undefined).on('response', (response) => response.pause());
    outgoing.end(LINES.repeat(100_000));
    await once(outgoing, 'socket');
    const connections = () =>
      new Promise((resolve) => app.server.getConnections((_, count) => resolve(count)));
    await expect.poll(connections, { timeout: 60_000 }).toBe(1);
    await expect.poll(connections, { timeout: 60_000 }).toBe(0);
    outgoing.destroy();
  });
});
