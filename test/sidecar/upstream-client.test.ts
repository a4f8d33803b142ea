import { EventEmitter, once } from 'node:events';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { BadGateway, GatewayTimeout, Unavailable } from '../../src/calibration/errors.js';
import { readRetryAfter, retryDelay } from '../../src/sidecar/retry-delay.js';
import { contractOf } from '../../src/sidecar/servers.js';
import { upstreamSchema } from '../../src/sidecar/upstream.js';
import { REAL_CLOCK, type RetryClock, UpstreamClient } from '../../src/sidecar/upstream-client.js';
import { type FakeServer, type Knobs, rewardOf, startFakeServer } from './fake-servers.js';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const close of closing.splice(0).reverse()) await close();
});

async function startServer(knobs: Knobs = {}): Promise<FakeServer> {
  const server = await startFakeServer('openrlhf', knobs);
  closing.push(server.close);
  return server;
}

/** A client whose pauses are noted instead of waited for, unless it is given a clock; chance always gives one half. */
function startClient(server: { readonly url: string }, fields: object = {}, clock: Partial<RetryClock> = {}) {
  const said: string[] = [];
  const pauses: number[] = [];
  const client = new UpstreamClient(
    upstreamSchema.parse({ name: 'rm', reward_model: 'rm-1', kind: 'openrlhf', url: server.url, ...fields }),
    contractOf('openrlhf'),
    {
      answered: (_, texts) => said.push(`answered ${texts}`),
      failed: (code) => said.push(code),
      breaker: (state) => said.push(state),
    },
    { wait: async (milliseconds) => void pauses.push(milliseconds), random: () => 0.5, ...clock },
  );
  closing.push(() => client.close());
  const send = (text = 'secret words', signal?: AbortSignal) => client.send([{ text }], signal);
  /** The error of a send that fails. */
  const fail = (text?: string, signal?: AbortSignal) =>
    send(text, signal).then(
      () => expect.unreachable('was answered'),
      (error) => error,
    );
  return { client, said, pauses, send, fail };
}

/** The service's own pauses, and when the first has begun. */
function realPause() {
  const begun = new EventEmitter();
  const wait: RetryClock['wait'] = (milliseconds, signal) => {
    begun.emit('pause');
    return REAL_CLOCK.wait(milliseconds, signal);
  };
  return { wait, paused: once(begun, 'pause') };
}

/** Moves the breaker's clock; timers and sockets go on. */
const moveClock = (milliseconds: number) => {
  if (!vi.isFakeTimers()) vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
  vi.setSystemTime(Date.now() + milliseconds);
};

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
      { status: 503, headers: { 'retry-after': '900' } },
    );
    await send();
    expect(pauses).toEqual([7_100, 60_200]);
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
    ['900', 60],
    ['Thu, 01 Jan 1970 00:00:25 GMT', 15],
    ['Thu, 01 Jan 1970 00:00:01 GMT', 0],
    ['soon', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('Retry-After %s at 10 s past 1970 is %s s', (header, seconds) => {
    expect(readRetryAfter(header, 10_000)).toBe(seconds);
  });
});

describe('the breaker', () => {
  const settings = { retries: 0, breaker: { failures: 3, pause: 60_000 } };

  test('opens after failures in a row, and then nothing is sent', async () => {
    const server = await startServer({ status: 500 });
    const { fail, said } = startClient(server, settings);
    for (let i = 0; i < 3; i++) await fail();
    const error = await fail();
    expect(error).toBeInstanceOf(Unavailable);
    expect(error.retryAfterSeconds).toBeGreaterThan(1);
    expect(error.retryAfterSeconds).toBeLessThanOrEqual(60);
    expect(server.requests).toHaveLength(3);
    expect(said.filter((one) => one === 'open')).toHaveLength(1);
  });

  test('ends the retries of a batch that opened it', async () => {
    const server = await startServer({ fault: 'reset' });
    const { fail } = startClient(server, { ...settings, retries: 10 });
    expect((await fail()).code).toBe('upstream-unavailable');
    expect(server.requests).toHaveLength(3);
  });

  test('counts timeouts', async () => {
    const server = await startServer({ fault: 'hang' });
    const { fail, said } = startClient(server, { ...settings, timeout: 100 });
    for (let i = 0; i < 3; i++) await fail();
    expect(said).toContain('open');
  });

  test.each([429, 400])('stays closed with a server that lives and answers %i', async (status) => {
    const server = await startServer({ status });
    const { fail, said } = startClient(server, settings);
    for (let i = 0; i < 10; i++) await fail();
    expect(server.requests).toHaveLength(10);
    expect(said).not.toContain('open');
  });

  test('counts failures in a row only', async () => {
    const server = await startServer();
    const { said, fail, send } = startClient(server, settings);
    for (const knobs of [{ status: 500 }, { status: 500 }, {}, { status: 500 }, { status: 500 }]) {
      server.set(knobs);
      await (knobs.status ? fail() : send());
    }
    expect(said).not.toContain('open');
  });

  test('lets one try through after its pause, and closes when this is answered', async () => {
    const server = await startServer({ status: 500 });
    const { fail, send, said } = startClient(server, { ...settings, batch: { concurrency: 4 } });
    for (let i = 0; i < 3; i++) await fail();
    moveClock(60_001);
    server.set({ latency: 50 });
    await Promise.all([send('probe'), send('a'), send('b')]);
    expect(said.slice(said.indexOf('half-open'))).toEqual([
      'half-open',
      'closed',
      ...Array(3).fill('answered 1'),
    ]);
    expect(server.requests[3]?.texts).toEqual(['probe']);
  });

  test('opens again when that try fails', async () => {
    const server = await startServer({ status: 500 });
    const { fail, said } = startClient(server, { ...settings, batch: { concurrency: 4 } });
    for (let i = 0; i < 3; i++) await fail();
    moveClock(60_001);
    const errors = await Promise.all([fail(), fail(), fail()]);
    expect(errors.map(({ code }) => code)).toEqual(Array(3).fill('upstream-unavailable'));
    expect(server.requests).toHaveLength(4);
    expect(said.filter((one) => /open$/.test(one))).toEqual(['open', 'half-open', 'open']);
    moveClock(59_000);
    expect((await fail()).retryAfterSeconds).toBe(1);
    expect(server.requests).toHaveLength(4);
  });

  test('does not close because the caller of that try went away', async () => {
    const server = await startServer({ status: 500 });
    const { fail, said } = startClient(server, settings);
    for (let i = 0; i < 3; i++) await fail();
    moveClock(60_001);
    server.set({ status: 500, latency: 50 });
    const gone = new AbortController();
    const probe = fail('probe', gone.signal);
    await server.arrived(4);
    gone.abort(new Error('gone'));
    expect((await probe).message).toBe('gone');
    expect((await fail()).code).toBe('upstream-unavailable');
    expect(said.filter((one) => /open|closed/.test(one))).toEqual(['open', 'half-open', 'open']);
  });
});

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
