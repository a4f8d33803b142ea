import { EventEmitter, once } from 'node:events';
import { expect, vi } from 'vitest';
import { contractOf } from '../../../src/sidecar/servers/servers.js';
import { toUpstream, upstreamSchema } from '../../../src/sidecar/upstream/upstream.js';
import {
  REAL_CLOCK,
  type RetryClock,
  UpstreamClient,
} from '../../../src/sidecar/upstream/upstream-client.js';
import { type FakeServer, type Knobs, startFakeServer } from '../fake-servers.js';

const closing: (() => Promise<void>)[] = [];

/** Ends the servers and clients of a test; a test file calls it after each. */
export async function closeAll(): Promise<void> {
  vi.useRealTimers();
  for (const close of closing.splice(0).reverse()) await close();
}

/** An OpenRLHF server that ends with the test. */
export async function startServer(knobs: Knobs = {}): Promise<FakeServer> {
  const server = await startFakeServer('openrlhf', knobs);
  closing.push(server.close);
  return server;
}

/**
 * A client whose pauses are noted instead of awaited, unless it is given a clock;
 * random numbers are always 0.5.
 */
export function startClient(
  server: { readonly url: string },
  fields: object = {},
  clock: Partial<RetryClock> = {},
) {
  const said: string[] = [];
  const pauses: number[] = [];
  const client = new UpstreamClient(
    toUpstream(
      upstreamSchema.parse({
        name: 'rm',
        reward_model: 'rm-1',
        kind: 'openrlhf',
        url: server.url,
        ...fields,
      }),
    ),
    contractOf('openrlhf'),
    {
      answered: (_, texts) => said.push(`answered ${texts}`),
      failed: ({ code }) => said.push(code),
      breaker: (state) => said.push(state),
    },
    {
      ...REAL_CLOCK,
      wait: async (milliseconds) => void pauses.push(milliseconds),
      random: () => 0.5,
      ...clock,
    },
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
export function realPause() {
  const begun = new EventEmitter();
  const wait: RetryClock['wait'] = (milliseconds, signal) => {
    begun.emit('pause');
    return REAL_CLOCK.wait(milliseconds, signal);
  };
  return { wait, paused: once(begun, 'pause') };
}

/** Moves the breaker's clock; timers and sockets go on. */
export function moveClock(milliseconds: number): void {
  if (!vi.isFakeTimers()) vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
  vi.setSystemTime(Date.now() + milliseconds);
}
