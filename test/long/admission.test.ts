import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { loadavg } from 'node:os';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { biasedColumns } from '../support/app.js';
import { type LoadAnswers, quantile, sendClosedLoad, sendOpenLoad } from '../support/open-load.js';
import { residentBytes } from '../support/process-memory.js';
import { startProgram } from '../support/processes.js';
import { type Outcome, RawConnection, requestBytes } from '../support/raw-connection.js';
import { FITTED, postJson, startServer } from '../support/server-process.js';

const SECONDS = 60;
const SLOW_CLIENTS = 300;
const LARGE_BODIES = 24;
const UNREAD_STREAMS = 40;
/** The default of BODY_LIMIT. */
const LARGE_BYTES = 67_108_864;
const MEGABYTE = 1_048_576;

const SETTINGS = {
  STORE_URL: 'memory:',
  MAX_EVENT_LOOP_DELAY: '20',
  MAX_BYTES_IN_FLIGHT: String(512 * MEGABYTE),
  REQUEST_TIMEOUT: '10000',
};

const ROWS = Array.from({ length: 64 }, (_, i) => ({ reward: i % 7, response: 'word '.repeat(40 + i) }));
const CALIBRATE = requestBytes(
  '/v1/calibrate',
  Buffer.from(JSON.stringify({ reward_model: FITTED, samples: ROWS })),
);

/** A small fit in a body as large as may be: what counts is its bytes. */
function largeBody(): Buffer {
  const body = Buffer.alloc(LARGE_BYTES, ' ');
  body.write(JSON.stringify({ reward_model: 'large', columns: biasedColumns(100) }));
  return requestBytes('/v1/fit', body);
}

const HEADS = [
  'GET / HTTP/1.1\r\nx: ',
  head('application/json', 1_000_000),
  head('application/x-ndjson', 1e6),
];

function head(type: string, length: number): string {
  return `POST /v1/calibrate?reward_model=${FITTED} HTTP/1.1\r\nhost: a\r\ncontent-type: ${type}\r\ncontent-length: ${length}\r\n\r\n`;
}

function connectTo(port: number): Socket {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  return socket;
}

/** The status that a client gets that sends a byte a second. */
async function beSlow(port: number, begin: string): Promise<number> {
  const socket = connectTo(port);
  let got = '';
  socket.on('data', (chunk) => {
    got += chunk;
  });
  socket.write(begin);
  const drip = setInterval(() => socket.write(' '), 1_000);
  await once(socket, 'close');
  clearInterval(drip);
  return Number(got.slice(9, 12));
}

/** Sends lines for as long as they are taken, and reads nothing; resolves when it is disconnected. */
async function leaveUnread(port: number): Promise<void> {
  const socket = connectTo(port);
  const lines = '{"reward":0.5,"characteristics":{"chars":100}}\n'.repeat(1_000);
  const chunk = `${lines.length.toString(16)}\r\n${lines}\r\n`;
  socket.pause();
  socket.write(
    `POST /v1/calibrate?reward_model=${FITTED} HTTP/1.1\r\nhost: a\r\ncontent-type: application/x-ndjson\r\ntransfer-encoding: chunked\r\n\r\n`,
  );
  const send = () => {
    while (!socket.destroyed && socket.write(chunk));
  };
  socket.on('drain', send);
  send();
  // A socket that reads nothing does not notice the end.
  while (!socket.destroyed) {
    await sleep(500);
    if (!socket.writable || socket.errored) socket.destroy();
  }
}

function describe(name: string, { statuses, accepted, unsent }: LoadAnswers): string {
  const [p50, p99] = [0.5, 0.99].map((share) => quantile(accepted, share).toFixed(1));
  return `${name}: ${JSON.stringify(Object.fromEntries(statuses))}, p50 ${p50} ms, p99 ${p99} ms, unsent ${unsent}\n`;
}

const print = (line: string) => process.stdout.write(line);

test('three times the load, slow clients, large bodies and unread streams all at once leave it standing', async () => {
  const server = await startServer(SETTINGS);
  await postJson(`${server.url}/v1/fit`, { reward_model: FITTED, columns: biasedColumns(1_000) });
  const port = Number(new URL(server.url).port);
  const sustained = await sendClosedLoad({ port, request: CALIBRATE, seconds: 3, connections: 8 });
  const perSecond = sustained.accepted.length / sustained.seconds;
  print(describe(`sustained ${Math.round(perSecond)}/s`, sustained));
  const poller = startProgram(process.execPath, [
    new URL('../support/poll-live.mjs', import.meta.url).pathname,
    server.url,
  ]);
  onTestFinished(() => void poller.kill('SIGKILL'));
  if (poller.stdout === null) throw new Error('the poller has no output');
  const polled = text(poller.stdout);

  const load = sendOpenLoad({
    port,
    request: CALIBRATE,
    perSecond: 3 * perSecond,
    seconds: SECONDS,
    connections: 500,
  });
  const slow = Promise.all(
    Array.from({ length: SLOW_CLIENTS }, (_, i) => beSlow(port, HEADS[i % HEADS.length] ?? '')),
  );
  const unread = Promise.all(Array.from({ length: UNREAD_STREAMS }, () => leaveUnread(port)));
  const body = largeBody();
  const large = Promise.all(
    Array.from(
      { length: LARGE_BODIES },
      () => new Promise<Outcome>((resolve) => new RawConnection(port).send(body, resolve)),
    ),
  );

  const answers = await load;
  const larges = (await large).map(({ status }) => status);
  const slows = await slow;
  await unread;
  poller.kill('SIGTERM');
  const live = JSON.parse(await polled);
  const { most } = residentBytes(server.child.pid);
  print(describe(`3 × ${Math.round(perSecond)}/s for ${SECONDS} s`, answers));
  print(`large bodies ${JSON.stringify(count(larges))}, slow clients ${JSON.stringify(count(slows))}\n`);
  print(`live ${JSON.stringify(live)}, peak ${Math.round(most / MEGABYTE)} MB, load ${loadavg()[0]}\n`);

  expect([...answers.statuses.keys()].toSorted()).toEqual(expect.arrayContaining([200]));
  expect([...answers.statuses.keys()].filter((status) => status !== 200 && status !== 503)).toEqual([]);
  expect(answers.withoutRetryAfter).toBe(0);
  // Answered, whatever the answer: none was reset.
  expect(larges.filter((status) => status !== 200 && status !== 503)).toEqual([]);
  expect(slows.filter((status) => status !== 408 && status !== 503)).toEqual([]);
  expect(live.failed).toBe(0);
  // What the budget allows twice (a buffer while it grows), and what a process takes anyway.
  expect(most).toBeLessThan((2 * 512 + 512) * MEGABYTE);
  expect((await fetch(`${server.url}/health/ready`)).status).toBe(200);
});

function count(statuses: readonly number[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const status of statuses) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}
