import { afterEach, describe, expect, test, vi } from 'vitest';
import { rewardOf } from '../fake-servers.js';
import { closeAll, realPause, startClient, startServer } from './upstream-clients.js';

afterEach(closeAll);

describe('a caller that goes away', () => {
  test('before it was sent, is not sent', async () => {
    const server = await startServer();
    const { fail, said } = startClient(server);
    expect((await fail('text', AbortSignal.abort(new Error('gone')))).message).toBe('gone');
    expect(server.requests).toHaveLength(0);
    expect(said).toEqual([]);
  });

  test('ends its request', async () => {
    const server = await startServer({ fault: 'hang' });
    const { fail, said } = startClient(server);
    const gone = new AbortController();
    const waiting = fail('text', gone.signal);
    await server.arrived(1);
    gone.abort(new Error('gone'));
    expect((await waiting).message).toBe('gone');
    await vi.waitFor(() => expect(server.abandoned).toBe(1));
    expect(said).toEqual([]);
  });

  test('ends its pause between tries', async () => {
    const server = await startServer({ status: 503, headers: { 'retry-after': '60' } });
    const gone = new AbortController();
    const { wait, paused } = realPause();
    const waiting = startClient(server, {}, { wait }).fail('text', gone.signal);
    await paused;
    gone.abort(new Error('gone'));
    expect((await waiting).message).toBe('gone');
    expect(server.requests).toHaveLength(1);
  });

  test('while it waits for its turn, leaves the turn to the next', async () => {
    const server = await startServer({ latency: 50 });
    const { send, fail } = startClient(server, { batch: { concurrency: 1 } });
    const gone = new AbortController();
    const answered = [send('first')];
    const waiting = fail('gone', gone.signal);
    answered.push(send('third'));
    await server.arrived(1);
    gone.abort(new Error('gone'));
    expect((await waiting).message).toBe('gone');
    await Promise.all(answered);
    expect(server.requests.map(({ texts }) => texts[0])).toEqual(['first', 'third']);
  });
});

describe('connections', () => {
  test('are used again, also after errors', async () => {
    const server = await startServer();
    const { send, fail } = startClient(server, { batch: { concurrency: 1 } });
    server.next({}, { status: 400 }, { status: 500 }, {}, { fault: 'wrong-shape' });
    await send();
    await fail();
    await send();
    await fail();
    for (let i = 0; i < 20; i++) await send();
    expect(server.sockets).toBe(1);
  });

  test('are no more than `batch.concurrency`, and neither are requests under way', async () => {
    const server = await startServer({ latency: 5 });
    const { send } = startClient(server, { batch: { concurrency: 3 } });
    const batches = await Promise.all(Array.from({ length: 30 }, (_, i) => send(`text ${i}`)));
    expect(batches.map(({ rewards }) => rewards[0]?.reward)).toEqual(
      batches.map((_, i) => rewardOf(`text ${i}`)),
    );
    expect(server.busiest).toBe(3);
    expect(server.sockets).toBe(3);
  });

  test('go to the path of the contract below that of the URL, with the configured headers', async () => {
    const server = await startServer();
    const url = `${server.url}/models/rm/?key=1`;
    await startClient({ url }, { headers: { authorization: 'Bearer k' } }).send();
    expect(server.requests[0]?.path).toBe('/models/rm/get_reward?key=1');
    expect(server.requests[0]?.headers).toMatchObject({
      authorization: 'Bearer k',
      accept: 'application/json',
    });
  });

  test('are closed when the requests under way are answered', async () => {
    const server = await startServer({ latency: 50 });
    const { client, send, fail } = startClient(server);
    const answered = send();
    await server.arrived(1);
    await Promise.all([client.close(), client.close()]);
    expect((await answered).rewards).toHaveLength(1);
    expect((await fail()).code).toBe('upstream-unavailable');
    expect(server.requests).toHaveLength(1);
  });

  test('are not waited for between two tries', async () => {
    const server = await startServer({ status: 503, headers: { 'retry-after': '60' } });
    const { wait, paused } = realPause();
    const { client, fail } = startClient(server, {}, { wait });
    const waiting = fail();
    await paused;
    await client.close();
    expect((await waiting).code).toBe('upstream-unavailable');
  });
});
