import { afterEach, describe, expect, test } from 'vitest';
import { Unavailable } from '../../../src/calibration/errors.js';
import { closeAll, moveClock, startClient, startServer } from './upstream-clients.js';

afterEach(closeAll);

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
