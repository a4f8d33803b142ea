import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { FITTED, type ServerProcess, startFitted } from '../support/server-process.js';

const MEGABYTE = 1_024 * 1_024;

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
  const response = await fetch(
    `${server.url}${route}${route.includes('?') ? '&' : '?'}reward_model=${FITTED}`,
    {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body: Readable.toWeb(Readable.from(rows)) as ReadableStream,
      duplex: 'half',
    },
  );
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

  test.each(['', '&include=responses'])('stays bounded while disputed pairs are sought%s', async (query) => {
    const server = await startFitted();
    const route = `/v1/disputed-pairs?count=20${query}`;
    await stream(server, route, textGroups(50, 'rows'));
    const before = residentMemory(server.child.pid);
    const { status, last, most } = await stream(server, route, textGroups(200, 'rows'));
    expect([status, JSON.parse(last).prompts > 25_000]).toEqual([200, true]);
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
    const responses = Array.from({ length: 256 }, (_, i) => ({
      response: `${i} ${'lorem '.repeat(40)}`,
      reward: i,
    }));
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
