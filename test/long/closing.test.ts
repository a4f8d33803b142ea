import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { getBytes, type Outcome, RawConnection, requestBytes } from '../support/raw-connection.js';
import { FITTED, startFitted } from '../support/server-process.js';

const CLIENTS = 64;
const ROWS = Array.from({ length: 64 }, (_, i) => ({ reward: i % 7, characteristics: { chars: 20 + i } }));
const REQUEST = requestBytes(
  '/v1/calibrate',
  Buffer.from(JSON.stringify({ reward_model: FITTED, samples: ROWS })),
);

function ask(connection: RawConnection, request: Buffer): Promise<Outcome> {
  return new Promise((resolve) => connection.send(request, resolve));
}

/** Sends one request after the other over one connection, until an answer announces its end. */
async function askAgain(port: number, outcomes: Outcome[]): Promise<void> {
  const connection = new RawConnection(port);
  await connection.open();
  for (;;) {
    const outcome = await ask(connection, REQUEST);
    outcomes.push(outcome);
    if (outcome.closes) return;
  }
}

describe.each([0, 5_000])('after SIGTERM with a DRAIN_DELAY of %i ms', (delay) => {
  test('every request over a connection that was open is answered, the last with Connection: close', async () => {
    const server = await startFitted({ DRAIN_DELAY: String(delay), MAX_EVENT_LOOP_DELAY: '0' });
    const port = Number(new URL(server.url).port);
    const outcomes: Outcome[] = [];
    const clients = Promise.all(Array.from({ length: CLIENTS }, () => askAgain(port, outcomes)));
    await sleep(3_000);
    const before = outcomes.length;
    const exited = server.stop('SIGTERM');
    await clients;
    expect(before).toBeGreaterThan(CLIENTS);
    expect(outcomes.filter(({ status }) => status !== 200)).toEqual([]);
    expect(outcomes.filter(({ closes }) => closes)).toHaveLength(CLIENTS);
    expect(await exited).toBe(0);
    process.stdout.write(
      `${delay} ms: ${outcomes.length} answers, ${outcomes.length - before} after SIGTERM\n`,
    );
  });
});

test('during DRAIN_DELAY new connections are answered, and readiness is 503', async () => {
  const server = await startFitted({ DRAIN_DELAY: '5000' });
  const port = Number(new URL(server.url).port);
  const exited = server.stop('SIGTERM');
  const ready = async () => (await ask(new RawConnection(port), getBytes('/health/ready'))).status;
  await expect.poll(ready).toBe(503);
  const { status, closes } = await ask(new RawConnection(port), REQUEST);
  expect({ status, closes }).toEqual({ status: 200, closes: true });
  expect(await exited).toBe(0);
});
