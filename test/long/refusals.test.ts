import { once } from 'node:events';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { startFitted } from '../support/server-process.js';

const MEGABYTE = 1_024 * 1_024;
const LINE = `${JSON.stringify({ response: 'lorem ipsum', reward: 1 })}\n`;
const PIECE = Buffer.from(LINE.repeat(MEGABYTE / LINE.length));
const WRONG_LINE = Buffer.from('{"reward":null}\n');
/** Text that does not become shorter. */
const NOISE = Buffer.from(Array.from({ length: MEGABYTE }, (_, i) => (i * 2_654_435_761) >>> 24));

/**
 * Sends all of a body before anything of the answer is read, as Python's http.client does.
 *
 * @returns the status line; rejects when the connection breaks first.
 */
async function sendThenRead(
  url: string,
  path: string,
  head: string,
  pieces: readonly Buffer[],
): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname).pause();
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  socket.write(`POST ${path} HTTP/1.1\r\nhost: x\r\n${head}\r\ncontent-length: ${length}\r\n\r\n`);
  for (const piece of pieces) if (!socket.write(piece)) await once(socket, 'drain');
  let answer = '';
  for await (const chunk of socket) {
    answer += chunk;
    if (answer.includes('\r\n')) break;
  }
  socket.destroy();
  return answer.split('\r\n')[0] ?? '';
}

const json = 'content-type: application/json';
const lines = 'content-type: application/x-ndjson';

describe('a refusal reaches a client that sends all of its body first', () => {
  test.each([
    ['a wrong line', '/v1/fit?reward_model=a', lines, WRONG_LINE, 8, 422],
    ['a wrong line of a batch', '/v1/fit-calibrate', lines, WRONG_LINE, 8, 422],
    ['lines without a curve', '/v1/calibrate?reward_model=a', lines, WRONG_LINE, 8, 409],
    ['a body over the limit', '/v1/fit', json, PIECE, 70, 413],
    ['a body over the limit', '/v1/calibrate', json, PIECE, 70, 413],
    ['a format that no route reads', '/v1/calibrate', 'content-type: text/csv', PIECE, 8, 415],
    ['no such upstream', '/sidecar/none/get_reward', json, PIECE, 8, 404],
    ['what is no gzip', '/v1/fit?reward_model=a', `${lines}\r\ncontent-encoding: gzip`, NOISE, 8, 400],
    [
      'a wrong line in gzip',
      '/v1/fit?reward_model=a',
      `${lines}\r\ncontent-encoding: gzip`,
      gzipSync(WRONG_LINE),
      8,
      422,
    ],
  ])('%s at %s', async (_, path, head, first, pieces, status) => {
    const { url } = await startFitted();
    const rest = head.includes('gzip') ? gzipSync(NOISE) : PIECE;
    const body = [first, ...Array.from({ length: pieces }, () => rest)];
    expect(await sendThenRead(url, path, head, body)).toContain(` ${status} `);
  });
});
