import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { startFitted } from '../support/server-process.js';

/** What a client gets that sends these bytes. */
async function answerTo(
  url: string,
  bytes: string,
): Promise<{ status: number; problem: Record<string, unknown> }> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(bytes);
  let answer = '';
  for await (const chunk of socket) answer += chunk;
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  expect(head).toContain('content-type: application/problem+json');
  return { status: Number(head.split(' ')[1]), problem: JSON.parse(body) };
}

test.each([
  ['what is not HTTP', 'hello\r\n\r\n', 400, 'not-http'],
  [
    'a head that is too large',
    `GET / HTTP/1.1\r\nhost: x\r\nx: ${'x'.repeat(40_000)}\r\n\r\n`,
    431,
    'header-too-large',
  ],
  [
    'a path that is not percent-encoded',
    'GET /v1/%zz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n',
    400,
    'bad-url',
  ],
  [
    'a body that stalls',
    'POST /v1/fit HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{',
    408,
    'request-timeout',
  ],
])('%s is answered with a problem like any other', async (_, bytes, status, code) => {
  const server = await startFitted({ REQUEST_TIMEOUT: '500' });
  const { status: answered, problem } = await answerTo(server.url, bytes);
  expect([answered, problem.type, problem.status]).toEqual([status, `/docs#${code}`, status]);
  expect(problem.request_id).toMatch(/./);
});
