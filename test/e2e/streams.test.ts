import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { biasedColumns } from '../support/app.js';
import { postJson, type ServerProcess, startServer } from '../support/server-process.js';

const rm = 'org/rm';
const MEGABYTE = 1_024 * 1_024;

async function startFitted(environment: Record<string, string> = {}): Promise<ServerProcess> {
  const server = await startServer({ STORE_URL: 'memory:', LOG_LEVEL: 'info', ...environment });
  await postJson(`${server.url}/v1/fit`, { reward_model: rm, columns: biasedColumns(1_000) });
  return server;
}

/** `megabytes` of rows with 2 KB of text each. */
function* textRows(megabytes: number): Generator<string> {
  const line = `${JSON.stringify({ prompt: 'p', response: 'lorem ipsum '.repeat(170), reward: 0.5 })}\n`;
  const block = line.repeat(32);
  for (let sent = 0; sent < megabytes * MEGABYTE; sent += block.length) yield block;
}

/** `megabytes` of groups of four responses with 2 KB of text each, a group a line or a response a line. */
function* textGroups(megabytes: number, form: 'groups' | 'rows'): Generator<string> {
  const responses = Array.from({ length: 4 }, (_, i) => ({
    response: 'lorem ipsum '.repeat(170 - i),
    reward: i,
  }));
  const line = (value: object) => `${JSON.stringify(value)}\n`;
  for (let sent = 0, group = 0; sent < megabytes * MEGABYTE; group++) {
    const prompt = `prompt ${group}`;
    const text =
      form === 'groups'
        ? line({ prompt, responses })
        : responses.map((response) => line({ prompt, ...response })).join('');
    sent += text.length;
    yield text;
  }
}

/** The resident memory of a process in bytes; NaN where there is no /proc. */
function residentMemory(pid: number | undefined): number {
  try {
    const kilobytes = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(kilobytes) * 1_024;
  } catch {
    return Number.NaN;
  }
}

/** Sends a stream of lines; returns the number of answer lines and the most resident memory that was seen. */
async function stream(server: ServerProcess, route: string, rows: Iterable<string>) {
  let most = 0;
  const sampling = setInterval(() => {
    most = Math.max(most, residentMemory(server.child.pid));
  }, 20);
  const response = await fetch(`${server.url}${route}${route.includes('?') ? '&' : '?'}reward_model=${rm}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body: Readable.toWeb(Readable.from(rows)) as ReadableStream,
    duplex: 'half',
  });
  let lines = 0;
  let last = '';
  for await (const chunk of response.body ?? []) {
    for (const byte of chunk) if (byte === 10) lines++;
    last = Buffer.from(chunk).toString();
  }
  clearInterval(sampling);
  return { status: response.status, lines, last, most };
}

describe.skipIf(Number.isNaN(residentMemory(process.pid)))('memory (where there is /proc)', () => {
  test('stays bounded while lines are calibrated', async () => {
    const server = await startFitted();
    await stream(server, '/v1/calibrate', textRows(50));
    const before = residentMemory(server.child.pid);
    const { lines, most } = await stream(server, '/v1/calibrate', textRows(400));
    expect(lines).toBeGreaterThan(190_000);
    expect((most - before) / MEGABYTE).toBeLessThan(100);
  });

  test.each(['groups', 'rows'] as const)('stays bounded while pairs are made of %s', async (form) => {
    const server = await startFitted();
    const route = '/v1/preference-pairs';
    await stream(server, route, textGroups(50, form));
    const before = residentMemory(server.child.pid);
    const { lines, last, most } = await stream(server, route, textGroups(200, form));
    expect(lines).toBeGreaterThan(25_000);
    const [summary = ''] = last.trim().split('\n').slice(-1);
    expect(JSON.parse(summary).summary).toMatchObject({
      groups: lines - 1,
      pairs: lines - 1,
      wrong_lines: 0,
    });
    expect((most - before) / MEGABYTE).toBeLessThan(100);
  });

  test('stays bounded while one group never ends', async () => {
    const server = await startFitted();
    await stream(server, '/v1/preference-pairs', textRows(50));
    const before = residentMemory(server.child.pid);
    const { lines, most } = await stream(server, '/v1/preference-pairs', textRows(200));
    expect(lines).toBe(2);
    expect((most - before) / MEGABYTE).toBeLessThan(100);
  });

  test('stays bounded while few lines make very many pairs', async () => {
    const server = await startFitted();
    const responses = Array.from({ length: 256 }, (_, i) => ({ response: 'lorem '.repeat(40), reward: i }));
    const line = `${JSON.stringify({ prompt: 'p', responses })}\n`;
    const pairsOf = (groups: number) =>
      stream(server, '/v1/preference-pairs?select=all-above-margin', Array<string>(groups).fill(line));
    await pairsOf(4);
    const before = residentMemory(server.child.pid);
    const { lines, most } = await pairsOf(12);
    expect(lines).toBe(12 * 32_640 + 1);
    expect((most - before) / MEGABYTE).toBeLessThan(100);
  });

  test('holds only the numbers of lines that are fitted', async () => {
    const server = await startFitted();
    await stream(server, '/v1/fit', textRows(50));
    const before = residentMemory(server.child.pid);
    const { status, last, most } = await stream(server, '/v1/fit', textRows(400));
    expect([status, JSON.parse(last).samples > 190_000]).toEqual([200, true]);
    // The fit itself takes some of it, in its thread: half of the text is still far from all of it.
    expect((most - before) / MEGABYTE).toBeLessThan(200);
  });
});

describe('a stream of lines', () => {
  test('may be read only after all of it was sent, within reason', async () => {
    const server = await startFitted();
    const line = '{"reward":0.5,"characteristics":{"chars":100}}\n';
    const answered = await new Promise<number>((resolve, reject) => {
      const outgoing = request(`${server.url}/v1/calibrate?reward_model=${rm}`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-ndjson' },
      });
      outgoing.on('error', reject);
      outgoing.on('response', async (response) => {
        response.pause();
        outgoing.end(line.repeat(200_000), () => {
          let lines = 0;
          response.on('data', (chunk: Buffer) => {
            for (const byte of chunk) if (byte === 10) lines++;
          });
          response.on('end', () => resolve(lines));
          response.resume();
        });
      });
      outgoing.write(line);
    });
    expect(answered).toBe(200_001);
  });

  test('outlives REQUEST_TIMEOUT as long as it moves; a body that stalls does not', async () => {
    const server = await startFitted({ REQUEST_TIMEOUT: '700' });
    async function* slowly() {
      for (let i = 0; i < 10; i++) {
        yield '{"reward":0.5,"characteristics":{"chars":100}}\n';
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    }
    const response = await fetch(`${server.url}/v1/calibrate?reward_model=${rm}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body: Readable.toWeb(Readable.from(slowly())) as ReadableStream,
      duplex: 'half',
    });
    expect((await response.text()).trim().split('\n')).toHaveLength(10);
    expect(await stalled(server, 'application/json')).toContain('408');
    expect(await stalled(server, 'application/x-ndjson')).not.toContain('{"reward"');
  });
});

/** What a client gets that sends the head of a request and never its body. */
async function stalled(server: ServerProcess, type: string): Promise<string> {
  const { port } = new URL(server.url);
  const socket = connect(Number(port), '127.0.0.1');
  socket.write(
    `POST /v1/calibrate?reward_model=${rm} HTTP/1.1\r\nhost: a\r\ncontent-type: ${type}\r\ncontent-length: 99\r\n\r\n{`,
  );
  let answer = '';
  for await (const chunk of socket) answer += chunk;
  return answer;
}

describe('a fit of a million samples', () => {
  test('leaves the event loop free while its body is read and fitted', async () => {
    const server = await startFitted();
    const { rewards, chars } = biasedColumns(1_000_000);
    const body = JSON.stringify({ reward_model: 'large', columns: { rewards, chars } });
    let fitting = true;
    const fit = postText(`${server.url}/v1/fit`, body).finally(() => {
      fitting = false;
    });
    const times: number[] = [];
    while (fitting) {
      const started = performance.now();
      await postJson(`${server.url}/v1/calibrate`, {
        reward_model: rm,
        columns: { rewards: [1], chars: [5] },
      });
      times.push(performance.now() - started);
    }
    const { samples } = await fit;
    expect(samples).toBe(1_000_000);
    // Were the body parsed on the event loop, all but a handful of requests would have come after it.
    expect(times.length).toBeGreaterThan(50);
  });
});

async function postText(url: string, body: string): Promise<{ samples: number }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  return (await response.json()) as { samples: number };
}

describe('a client that goes away', () => {
  test('takes its fit along, and the thread is free for the next', async () => {
    const server = await startFitted({ FIT_QUEUE: '0' });
    const { rewards, chars } = biasedColumns(2_000_000);
    const body = JSON.stringify({ reward_model: 'abandoned', columns: { rewards, chars }, frac: 'auto' });
    const small = { reward_model: rm, columns: biasedColumns(100) };
    const fitSmall = () => postJson(`${server.url}/v1/fit`, small);
    const client = new AbortController();
    const fitLarge = () =>
      fetch(`${server.url}/v1/fit`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
        signal: client.signal,
      });
    let abandoned = fitLarge();
    let answer = await fitSmall();
    while (answer.status === 200) {
      // A small fit may have had the only thread when the large one came: then it is sent again.
      const settled = await Promise.race([abandoned.then(() => undefined), fitSmall()]);
      if (settled === undefined) abandoned = fitLarge();
      else answer = settled;
    }
    expect(answer.body.type).toBe('/docs#fit-queue-full');
    client.abort();
    await expect(abandoned).rejects.toThrow();
    while (answer.status !== 200) answer = await fitSmall();
    const curves = await fetch(`${server.url}/v1/curves`);
    expect(JSON.stringify(await curves.json())).not.toContain('abandoned');
    expect(server.log.join('')).not.toContain('request failed');
  });
});
