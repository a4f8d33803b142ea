import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { biasedColumns } from '../support/app.js';
import { postJson, startServer } from '../support/server-process.js';

const small = { reward_model: 'small', columns: biasedColumns(100) };

/** A fit of as many rows as make so many bytes. */
function rowsOf(bytes: number): string {
  const row = '{"reward":1.5,"response":"some words of a response"}';
  const rows = Array.from({ length: Math.floor(bytes / (row.length + 1)) }, () => row);
  return `{"reward_model":"large","samples":[${rows.join()}]}`;
}

async function postText(url: string, body: string): Promise<{ status: number }> {
  const headers = { 'content-type': 'application/json' };
  const { status } = await fetch(url, { method: 'POST', headers, body });
  return { status };
}

describe('with a heap of 64 MB', () => {
  test('fits of 40 MB are 413s for themselves; those behind them, and all others, are answered', async () => {
    const server = await startServer({
      STORE_URL: 'memory:',
      NODE_OPTIONS: '--max-old-space-size=64',
      MAX_EVENT_LOOP_DELAY: '0',
    });
    const large = rowsOf(40_000_000);
    for (let round = 0; round < 3; round++) {
      const [refused, ...others] = await Promise.all([
        postText(`${server.url}/v1/fit`, large),
        ...[1, 2, 3].map(() => postJson(`${server.url}/v1/fit`, small)),
      ]);
      expect(refused.status).toBe(413);
      expect(others.map(({ status }) => status)).toEqual([200, 200, 200]);
    }
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics).toContain('reward_calibration_work_total{task="fit",outcome="done"} 9');
  });
  test('a fit of a million lines, each of another prompt, is answered', async () => {
    const server = await startServer({
      STORE_URL: 'memory:',
      NODE_OPTIONS: '--max-old-space-size=64',
      MAX_EVENT_LOOP_DELAY: '0',
    });
    const count = 1_000_000;
    const response = await fetch(`${server.url}/v1/fit?reward_model=many`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body: Readable.toWeb(Readable.from(promptLines(count))) as ReadableStream,
      duplex: 'half',
    });
    expect(await response.json()).toMatchObject({ samples: count });
    expect((await postJson(`${server.url}/v1/fit`, small)).status).toBe(200);
  });
});

/** So many lines, a few thousand at a time. */
function* promptLines(count: number): Generator<string> {
  const together = 4_000;
  for (let from = 0; from < count; from += together) {
    const line = (_: unknown, i: number) =>
      `{"prompt":"${from + i}","reward":${(from + i) % 7},"characteristics":{"chars":${(from + i) % 100}}}\n`;
    yield Array.from({ length: together }, line).join('');
  }
}
