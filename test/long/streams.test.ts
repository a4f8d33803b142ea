import { request } from 'node:http';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { biasedColumns } from '../support/app.js';
import { postJson, FITTED as rm, type ServerProcess, startFitted } from '../support/server-process.js';

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
      headers: { 'content-type': 'Application/X-NDJSON; charset=utf-8' },
      body: Readable.toWeb(Readable.from(slowly())) as ReadableStream,
      duplex: 'half',
    });
    expect((await response.text()).trim().split('\n')).toHaveLength(10);
    expect(await stalled(server, 'application/json')).toContain('408');
    expect(await stalled(server, 'Application/JSON')).toContain('408');
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
    expect(answer.body.type).toBe('/docs/errors#fit-queue-full');
    client.abort();
    await expect(abandoned).rejects.toThrow();
    while (answer.status !== 200) answer = await fitSmall();
    const curves = await fetch(`${server.url}/v1/curves`);
    expect(JSON.stringify(await curves.json())).not.toContain('abandoned');
    expect(server.log.join('')).not.toContain('request failed');
  });
});
