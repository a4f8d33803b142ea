import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { biasedColumns } from '../support/app.js';
import { bytesOf, HEAVY_BODIES, type HeavyBody } from '../support/memory-bodies.js';
import { canMeasure, resetMost, residentBytes } from '../support/process-memory.js';
import { postJson, type ServerProcess, startServer } from '../support/server-process.js';

const MEGABYTE = 1_024 * 1_024;

/** Large enough that what does not grow with the body matters little. */
const SIZE = 16 * MEGABYTE;

/** Bytes of memory for a byte of body. */
const MOST = 20;

/**
 * What any body may cost besides: V8 looks for garbage only when 64 MB of columns have gathered outside of its heap. (Idle after a first
 * request of every kind, the process holds 120 to 150 MB, its fit thread included.)
 */
const FIXED = 64 * MEGABYTE;

/** As `npm start` and the image start it. */
const FLAGS = ['--max-semi-space-size=32'];

/** A refusal is small, whatever was sent. */
const LONGEST_REFUSAL = 20_000;

/** What the service may answer to a body that is heavy: never that it failed. */
const ANSWERS = [200, 400, 409, 413, 422, 503];

interface Answer {
  readonly status: number;
  readonly length: number;
}

async function send({ url }: ServerProcess, body: HeavyBody, bytes: Uint8Array): Promise<Answer> {
  const headers = new Headers({ 'content-type': body.format ?? 'application/json' });
  if (body.encoding) headers.set('content-encoding', body.encoding);
  const response = await fetch(`${url}${body.route}`, {
    method: body.method ?? 'POST',
    headers,
    body: new Uint8Array(bytes),
  });
  let length = 0;
  for await (const chunk of response.body ?? []) length += chunk.length;
  return { status: response.status, length };
}

let upstream: ReturnType<typeof createServer>;

beforeAll(async () => {
  upstream = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { query } = JSON.parse(Buffer.concat(chunks).toString());
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ rewards: query.map((text: string) => text.length / 1_000) }));
  });
  upstream.listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  return () => upstream.close();
});

/** The service with curves for the bodies' reward models, and with an upstream. */
async function startHeavy(environment: Record<string, string> = {}): Promise<ServerProcess> {
  const { port } = upstream.address() as AddressInfo;
  const server = await startServer(
    {
      STORE_URL: 'memory:',
      LOG_LEVEL: 'info',
      MAX_EVENT_LOOP_DELAY: '0',
      REQUEST_TIMEOUT: '600000',
      UPSTREAMS: JSON.stringify([
        { name: 'one', reward_model: 'org/rm', kind: 'openrlhf', url: `http://127.0.0.1:${port}` },
      ]),
      ...environment,
    },
    FLAGS,
  );
  for (const reward_model of ['org/rm', 'other/rm'])
    await postJson(`${server.url}/v1/fit`, { reward_model, columns: biasedColumns(20_000) });
  return server;
}

const named = HEAVY_BODIES.map((body) => [`${body.route}: ${body.name}`, body] as const);

describe.skipIf(!canMeasure)('memory for a byte of body (where there is /proc)', () => {
  const table: { readonly ratio: number; readonly line: string }[] = [];

  afterAll(() => {
    const lines = table.sort((a, b) => b.ratio - a.ratio).map(({ line }) => line);
    process.stdout.write(`bytes of memory a byte of body, ${SIZE / MEGABYTE} MB\n${lines.join('\n')}\n`);
  });

  test.each(named)('%s', async (name, body) => {
    const server = await startHeavy();
    // The thread and all modules that the body needs are there.
    await send(server, body, bytesOf(body, 200_000));
    const bytes = bytesOf(body, SIZE);
    resetMost(server.child.pid);
    const before = residentBytes(server.child.pid).now;
    const { status, length } = await send(server, body, bytes);
    const growth = residentBytes(server.child.pid).most - before;
    const size = body.encoding === undefined ? bytes.length : SIZE;
    const ratio = growth / size;
    table.push({ ratio, line: `${ratio.toFixed(1).padStart(6)}  ${status}  ${name}` });
    expect(ANSWERS).toContain(status);
    if (status !== 200) expect(length).toBeLessThan(LONGEST_REFUSAL);
    expect(growth).toBeLessThan(MOST * size + FIXED);
  });
});

describe('with --max-old-space-size=512', () => {
  const right = HEAVY_BODIES.filter(({ name }) => !name.startsWith('wrong'));

  /** What would fill the heap by its values, and what it just takes. */
  test.each([
    [60 * MEGABYTE, HEAVY_BODIES],
    [24 * MEGABYTE, right],
  ])('no body of %i bytes ends the process', async (size, bodies) => {
    const server = await startHeavy({
      NODE_OPTIONS: '--max-old-space-size=512',
      BODY_LIMIT: `${72 * MEGABYTE}`,
    });
    for (const body of bodies) {
      const { status } = await send(server, body, bytesOf(body, size));
      expect(ANSWERS, `${body.route}: ${body.name}`).toContain(status);
      expect((await fetch(`${server.url}/health/live`)).status).toBe(200);
    }
    expect(server.child.exitCode).toBeNull();
  });
});
