import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  createRewardCalibrationClient,
  type RewardCalibrationClient,
  UnexpectedAnswer,
} from '../../../clients/typescript/client.js';

/** A server that answers everything in one way, and its URL. */
async function foreign(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Answers 200 with a page, under any content-type. */
const page =
  (type: string | undefined, text = '<html>Log in</html>'): RequestListener =>
  (_, response) => {
    response.writeHead(200, type === undefined ? {} : { 'content-type': type }).end(text);
  };

const samples = [{ reward: 1, response: 'x' }];
const query = { reward_model: 'org/rm' };

/** A call of every kind. */
const CALLS: Readonly<Record<string, (client: RewardCalibrationClient) => Promise<unknown>>> = {
  GET: (client) => client.GET('/v1/curves'),
  'GET of text': (client) => client.GET('/metrics'),
  'GET of a plot': (client) => client.GET('/v1/curves/plot', { params: { query } }),
  POST: (client) => client.POST('/v1/calibrate', { body: { reward_model: 'org/rm', samples } }),
  DELETE: (client) => client.DELETE('/v1/curves', { params: { query } }),
  'lines answered in lines': (client) =>
    client.postLines('/v1/calibrate', { params: { query }, lines: samples }),
  'lines that come one by one': (client) =>
    client.postLines('/v1/calibrate', { params: { query }, lines: samples.values() }),
  'lines answered in JSON': (client) => client.postLines('/v1/fit', { params: { query }, lines: samples }),
  'Arrow answered in Arrow': (client) =>
    client.postArrow('/v1/calibrate', { params: { query }, stream: new Uint8Array([1]) }),
  'Arrow answered in JSON': (client) =>
    client.postArrow('/v1/fit', { params: { query }, stream: new Uint8Array([1]) }),
};

describe.each(Object.entries(CALLS))('%s', (name, call) => {
  test.each(['text/html', 'text/html; charset=utf-8', 'application/jsonl', 'application/xml', undefined])(
    'takes no page of %s for an answer',
    async (type) => {
      const client = createRewardCalibrationClient({ url: await foreign(page(type)) });
      await expect(call(client)).rejects.toBeInstanceOf(UnexpectedAnswer);
      await expect(call(client)).rejects.toThrow(`200 OK (content-type ${type ?? 'missing'}) from http://`);
    },
  );

  test.each([301, 302, 303, 307, 308])('follows no redirect (%d)', async (status) => {
    const asked: string[] = [];
    const url = await foreign((request, response) => {
      asked.push(request.url ?? '');
      if (request.url === '/login') page('application/json', '{"data": 1}')(request, response);
      else response.writeHead(status, { location: '/login' }).end();
    });
    const answer = call(createRewardCalibrationClient({ url }));
    await expect(answer).rejects.toBeInstanceOf(UnexpectedAnswer);
    await expect(answer).rejects.toThrow(`a redirect (${status}) from http://`);
    await expect(answer).rejects.toThrow('not followed');
    expect(asked).not.toContain('/login');
  });

  test('takes the answer of its own format, with parameters of the content-type and in capitals', async () => {
    const [format, text, data] = ownFormat(name);
    for (const type of [format, `${format}; charset=utf-8`, format.toUpperCase()]) {
      const client = createRewardCalibrationClient({ url: await foreign(page(type, text)) });
      const answer = (await call(client)) as { readonly data?: unknown };
      expect(await whole(answer.data)).toEqual(data);
    }
  });
});

/** What an answer holds; of one in lines, all of them. */
async function whole(data: unknown): Promise<unknown> {
  const isLines = typeof data === 'object' && data !== null && Symbol.asyncIterator in data;
  if (!isLines) return data;
  const lines: unknown[] = [];
  for await (const line of data as AsyncIterable<unknown>) lines.push(line);
  return lines;
}

/** The media type of a call's answer, an answer of that type, and what comes out. */
function ownFormat(name: string): readonly [format: string, text: string, data: unknown] {
  if (name === 'GET of text') return ['text/plain', 'a 1', 'a 1'];
  if (name === 'GET of a plot') return ['image/svg+xml', '<svg/>', '<svg/>'];
  if (name === 'Arrow answered in Arrow')
    return ['application/vnd.apache.arrow.stream', 'A', new Uint8Array([65])];
  if (name.startsWith('lines') && !name.endsWith('JSON')) return ['application/x-ndjson', '{}\n', [{}]];
  return ['application/json', '{"a": 1}', { a: 1 }];
}

test('what is said to be JSON or lines and is not is no answer either', async () => {
  const ofJson = createRewardCalibrationClient({ url: await foreign(page('application/json')) });
  await expect(ofJson.GET('/v1/curves')).rejects.toBeInstanceOf(UnexpectedAnswer);
  const ofLines = createRewardCalibrationClient({ url: await foreign(page('application/x-ndjson')) });
  const { data } = await ofLines.postLines('/v1/calibrate', { params: { query }, lines: samples });
  const read = async () => {
    for await (const line of data ?? []) expect(line).toBeUndefined();
  };
  await expect(read()).rejects.toBeInstanceOf(UnexpectedAnswer);
});
