import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startFakeServer } from '../sidecar/fake-servers.js';
import { biasedColumns } from '../support/app.js';
import { postJson, type ServerProcess, startServer } from '../support/server-process.js';

const rm = 'org/rm';

/** Much less than any request under way here takes. */
const SETTINGS = { STORE_URL: 'memory:', SHUTDOWN_TIMEOUT: '1000', REQUEST_TIMEOUT: '600000' };

/** Nearly as many draws as one request may ask for: some seconds' work. */
const LONG_EVALUATION = {
  pairs: biasedColumns(9_900).chars.map((chars, i) => ({
    chosen: { reward: (i % 13) + chars, characteristics: { chars } },
    rejected: { reward: (i % 11) + chars, characteristics: { chars: chars + (i % 7) } },
  })),
  bootstrap: { resamples: 100_000 },
};

/** The outcome of a request, whichever way it ends. */
async function statusOf(answer: Promise<{ status: number }>): Promise<number | 'cut'> {
  try {
    return (await answer).status;
  } catch {
    return 'cut';
  }
}

/** Resolves when the log holds such a line. */
async function logged({ log, child }: ServerProcess, text: string): Promise<void> {
  while (!log.some((line) => line.includes(text))) await once(child.stdout ?? child, 'data');
}

function openStream({ url }: ServerProcess) {
  const stream = request(`${url}/v1/calibrate?reward_model=${rm}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
  });
  stream.on('error', () => undefined);
  onTestFinished(() => {
    stream.destroy();
  });
  return stream;
}

describe('SIGTERM ends the process within SHUTDOWN_TIMEOUT', () => {
  test('though work runs in a thread that would go on for longer', async () => {
    const server = await startServer(SETTINGS);
    const long = statusOf(postJson(`${server.url}/v1/evaluate`, LONG_EVALUATION));
    await expect.poll(async () => (await fetch(`${server.url}/health/live`)).status).toBe(200);
    expect(await server.stop('SIGTERM')).toBe(1);
    expect(await long).toBe('cut');
    expect(server.log.join('')).toContain('killed by timeout');
  });

  test('though a stream of lines is open and nothing comes', async () => {
    const server = await startServer(SETTINGS);
    await postJson(`${server.url}/v1/fit`, { reward_model: rm, columns: biasedColumns(300) });
    const stream = openStream(server);
    stream.write('{"reward": 1, "characteristics": {"chars": 7}}\n');
    const [answer] = await once(stream, 'response');
    await once(answer, 'data');
    answer.on('error', () => undefined);
    expect(await server.stop('SIGTERM')).toBe(1);
  });

  test('though a request of the sidecar waits for an upstream that never answers', async () => {
    const fake = await startFakeServer('openrlhf', { fault: 'hang' });
    onTestFinished(() => fake.close());
    const upstream = { name: 'rm', reward_model: rm, kind: 'openrlhf', url: fake.url, timeout: 600_000 };
    const server = await startServer({ ...SETTINGS, UPSTREAMS: JSON.stringify([upstream]) });
    const waiting = statusOf(postJson(`${server.url}/sidecar/rm/get_reward`, { query: ['text'] }));
    await fake.arrived(1);
    expect(await server.stop('SIGTERM')).toBe(1);
    expect(await waiting).toBe('cut');
  });

  test('and at once when a second one comes', async () => {
    const server = await startServer({ ...SETTINGS, SHUTDOWN_TIMEOUT: '2000000000' });
    const long = statusOf(postJson(`${server.url}/v1/evaluate`, LONG_EVALUATION));
    await expect.poll(async () => (await fetch(`${server.url}/health/live`)).status).toBe(200);
    server.child.kill('SIGTERM');
    await logged(server, '"closing"');
    expect(await server.stop('SIGTERM')).toBe(1);
    expect(await long).toBe('cut');
  });
});

test.each([
  ['never sent anything', ''],
  ['sent half of a head', 'GET /health/live HTTP/1.1\r\nho'],
  ['was answered and stays open', 'GET /health/live HTTP/1.1\r\nhost: a\r\n\r\n'],
  [
    'was answered and sent half of another head',
    'GET /health/live HTTP/1.1\r\nhost: a\r\n\r\nGET /health/live HT',
  ],
])('SIGTERM ends the process at once, with 0, though a connection %s', async (_, sent) => {
  const server = await startServer({ ...SETTINGS, SHUTDOWN_TIMEOUT: '20000' });
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname).on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  socket.write(sent);
  if (sent.includes('\r\n\r\n')) await once(socket, 'data');
  // Behind the other connection, so that the process has seen that one.
  expect((await fetch(`${server.url}/health/live`)).status).toBe(200);
  expect(await server.stop('SIGTERM')).toBe(0);
});

test('a stream that ends after SIGTERM is answered to its end, and the process ends with 0', async () => {
  const server = await startServer({ ...SETTINGS, SHUTDOWN_TIMEOUT: '600000' });
  await postJson(`${server.url}/v1/fit`, { reward_model: rm, columns: biasedColumns(300) });
  const stream = openStream(server);
  const line = '{"reward": 1, "characteristics": {"chars": 7}}\n';
  stream.write(line);
  const [answer] = await once(stream, 'response');
  let text = '';
  answer.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  const ended = once(answer, 'end');
  const exited = server.stop('SIGTERM');
  await logged(server, '"closing"');
  stream.end(line);
  await ended;
  expect(text.trim().split('\n')).toHaveLength(2);
  expect(await exited).toBe(0);
});
