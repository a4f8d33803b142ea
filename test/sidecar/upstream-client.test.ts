import { EventEmitter, once } from 'node:events';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { BadGateway, GatewayTimeout, Unavailable } from '../../src/calibration/errors.js';
import { readRetryAfter, retryDelay } from '../../src/sidecar/retry-delay.js';
import { type Knobs, rewardOf, startFakeServer } from './fake-servers.js';
import { closeAll, startClient, startServer } from './upstream-clients.js';

afterEach(closeAll);

describe('a try that failed', () => {
  test.each<[string, Knobs]>([
    ['a reset connection', { fault: 'reset' }],
    ['an answer cut short', { fault: 'cut' }],
    ['429', { status: 429 }],
    ['500', { status: 500 }],
    ['503', { status: 503 }],
  ])('by %s is repeated', async (_, knobs) => {
    const server = await startServer();
    const { send, said } = startClient(server);
    server.next(knobs, knobs);
    expect((await send()).rewards[0]?.reward).toBe(rewardOf('secret words'));
    expect(server.requests).toHaveLength(3);
    expect(said).toEqual(['answered 1']);
  });

  test.each<[string, Knobs]>([
    ['a reset connection', { fault: 'reset' }],
    ['429', { status: 429 }],
    ['502', { status: 502 }],
  ])('by %s is repeated `retries` times, then the caller may come back later', async (_, knobs) => {
    const server = await startServer(knobs);
    const { fail, said } = startClient(server, { retries: 2 });
    const error = await fail();
    expect(error).toBeInstanceOf(Unavailable);
    expect(error).toMatchObject({ code: 'upstream-unavailable', retryAfterSeconds: 1 });
    expect(server.requests).toHaveLength(3);
    expect(said).toEqual(['upstream-unavailable']);
  });

  test.each<[string, Knobs]>([
    ['400', { status: 400 }],
    ['401', { status: 401 }],
    ['404', { status: 404 }],
    ['413', { status: 413, headers: { 'retry-after': '1' } }],
    ['422', { status: 422 }],
    ['302', { status: 302, headers: { location: '/elsewhere' } }],
  ])('by %s is not repeated, and no redirect is followed', async (status, knobs) => {
    const server = await startServer(knobs);
    const { fail, said } = startClient(server);
    const error = await fail();
    expect(error).toBeInstanceOf(BadGateway);
    expect(error).toMatchObject({ code: 'upstream-refused', message: expect.stringContaining(status) });
    expect(server.requests).toHaveLength(1);
    expect(said).toEqual(['upstream-refused']);
  });

  test.each(['wrong-shape', 'not-json'] as const)('by %s is not repeated', async (fault) => {
    const server = await startServer({ fault });
    expect((await startClient(server).fail()).code).toBe('upstream-wrong-answer');
    expect(server.requests).toHaveLength(1);
  });

  test('by an endless answer is ended', async () => {
    const server = await startServer({ fault: 'huge' });
    const error = await startClient(server).fail();
    expect(error).toMatchObject({
      code: 'upstream-wrong-answer',
      message: expect.stringContaining('larger'),
    });
    await vi.waitFor(() => expect(server.abandoned).toBe(1));
  });

  test.each(['hang', 'hang-in-body'] as const)('by a server that would %s times out, once', async (fault) => {
    const server = await startServer({ fault });
    const { fail, said } = startClient(server, { timeout: 200 });
    const error = await fail();
    expect(error).toBeInstanceOf(GatewayTimeout);
    expect(error.code).toBe('upstream-timeout');
    expect(server.requests).toHaveLength(1);
    expect(said).toEqual(['upstream-timeout']);
  });

  test('by a port where nobody listens says so', async () => {
    const server = await startFakeServer('openrlhf');
    await server.close();
    const error = await startClient(server, { retries: 1 }).fail();
    expect(error).toMatchObject({
      code: 'upstream-unavailable',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });

  test.each<Knobs>([
    { status: 400 },
    { status: 500 },
    { fault: 'wrong-shape' },
    { fault: 'not-json' },
    { fault: 'reset' },
    { fault: 'hang' },
    { missing: 1 },
  ])('by %j does not quote the text', async (knobs) => {
    const server = await startServer(knobs);
    const error = await startClient(server, { timeout: 200, retries: 1 }).fail();
    expect(`${error.message}${error.stack}${JSON.stringify(error)}${error.cause}`).not.toContain('secret');
  });
});

describe('pauses between tries', () => {
  test('double, with full jitter', async () => {
    const server = await startServer({ status: 500 });
    const { fail, pauses } = startClient(server, { retries: 8, breaker: { failures: 100 } });
    await fail();
    expect(pauses).toEqual([100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
    expect(retryDelay(3, undefined, 0)).toBe(0);
  });

  test('are as long as Retry-After says, and some jitter', async () => {
    const server = await startServer();
    const { send, pauses } = startClient(server);
    server.next(
      { status: 429, headers: { 'retry-after': '7' } },
      { status: 503, headers: { 'retry-after': '20' } },
    );
    await send();
    expect(pauses).toEqual([7_100, 20_200]);
  });

  test.each([
    ['more than a try may take', 3_000, ['4'], 4],
    ['more than anybody waits for', 3_600_000, ['61'], 60],
    ['for ever', 3_000, ['99999999999'], 60],
    ['a number beyond all doubles', 3_000, ['9'.repeat(400)], 60],
    ['the year 9999', 3_000, ['Fri, 31 Dec 9999 23:59:59 GMT'], 60],
    ['more than a try may take, in all', 3_000, ['2', '2'], 2],
  ])('are the caller’s where the server asks for %s', async (_, timeout, headers, seconds) => {
    const server = await startServer();
    const { fail, pauses } = startClient(server, { timeout });
    server.next(...headers.map((header) => ({ status: 503, headers: { 'retry-after': header } })));
    const error = await fail();
    expect(error).toBeInstanceOf(Unavailable);
    expect(error).toMatchObject({ code: 'upstream-unavailable', retryAfterSeconds: seconds });
    expect(pauses).toHaveLength(headers.length - 1);
  });

  test('come before the next try', async () => {
    const server = await startServer();
    const order: string[] = [];
    const wait = async () => void order.push(`pause after ${server.requests.length}`);
    server.next({ status: 503 }, { status: 503 });
    await startClient(server, {}, { wait }).send();
    expect(order).toEqual(['pause after 1', 'pause after 2']);
  });

  test('are told to the caller when the tries are used up', async () => {
    const server = await startServer({ status: 429, headers: { 'retry-after': '12' } });
    expect((await startClient(server, { retries: 0 }).fail()).retryAfterSeconds).toBe(12);
  });

  test('leave the connections to other batches', async () => {
    const server = await startServer();
    const second = new EventEmitter();
    const wait = async () => void (await once(second, 'answered'));
    const { send } = startClient(server, { batch: { concurrency: 1 } }, { wait });
    server.next({ status: 503 });
    const first = send('first');
    await server.arrived(1);
    await send('second');
    second.emit('answered');
    await first;
    expect(server.requests.map(({ texts }) => texts[0])).toEqual(['first', 'second', 'first']);
  });

  test.each([
    ['3', 3],
    ['0', 0],
    ['900', 900],
    ['Thu, 01 Jan 1970 00:00:25 GMT', 15],
    ['Thu, 01 Jan 1970 00:00:01 GMT', 0],
    ['soon', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('Retry-After %s at 10 s past 1970 is %s s', (header, seconds) => {
    expect(readRetryAfter(header, 10_000)).toBe(seconds);
  });
});
