import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { closeAll, startClient } from './upstream-clients.js';

afterEach(closeAll);

/** An OpenRLHF server that says the same to everything. */
async function startSaying(answer: string): Promise<{ url: string }> {
  const server = createServer((request, response) => request.resume().on('end', () => response.end(answer)));
  onTestFinished(() => void server.close());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const nested = (open: string, close: string, levels: number) =>
  `${open.repeat(levels)}1${close.repeat(levels)}`;
const withExtra = (extra: string) => `{"rewards":[1],"extra":${extra}}`;

describe('an answer', () => {
  test.each([
    ['objects, as deep as a small stack', withExtra(nested('{"a":', '}', 7_000))],
    ['lists, deeper than any stack', withExtra(nested('[', ']', 500_000))],
    ['lists in objects', withExtra(nested('[{"a":', '}]', 40))],
    ['lists with what Python alone writes', withExtra(`[NaN,${nested('[', ']', 7_000)}]`)],
  ])('nested too deeply, of %s, is wrong', async (_, answer) => {
    const error = await startClient(await startSaying(answer)).fail();
    expect(error).toMatchObject({
      code: 'upstream-wrong-answer',
      message: expect.stringContaining('nested deeper'),
    });
  });

  test('that would take far more memory than its bytes is wrong', async () => {
    const answer = withExtra(`[${'[],'.repeat(1_000_000)}[]]`);
    const error = await startClient(await startSaying(answer)).fail();
    expect(error).toMatchObject({ code: 'upstream-wrong-answer', message: expect.stringContaining('dense') });
  });

  test.each([
    ['what looks deep inside of texts', withExtra(JSON.stringify('[{"'.repeat(10_000)))],
    ['many shallow lists', withExtra(`[${'[1],'.repeat(10_000)}[1]]`)],
    ['a few levels', withExtra(nested('{"a":', '}', 60))],
    ['a byte order mark', `\ufeff${withExtra('1')}`],
  ])('with %s is read', async (_, answer) => {
    const { rewards } = await startClient(await startSaying(answer)).send();
    expect(rewards.map(({ reward }) => reward)).toEqual([1]);
  });
});
