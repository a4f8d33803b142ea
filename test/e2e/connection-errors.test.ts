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

const CASES: readonly (readonly [name: string, bytes: string, status: number, code: string])[] = [
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
    'a part of a path that is too long',
    `POST /sidecar/${'secret'.repeat(100)}/get_reward HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`,
    414,
    'url-too-long',
  ],
  [
    'an expectation that is not known',
    'POST /v1/fit HTTP/1.1\r\nhost: x\r\nexpect: secret\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}',
    417,
    'expectation-failed',
  ],
  [
    'a request without a host',
    'GET /health/live?secret HTTP/1.1\r\nconnection: close\r\n\r\n',
    400,
    'not-http',
  ],
  [
    'a method that no route has',
    'QUERY /v1/calibrate?secret HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n',
    405,
    'method-not-allowed',
  ],
  [
    'that method with a body in a format that is not read',
    'QUERY /v1/calibrate HTTP/1.1\r\nhost: x\r\ncontent-type: text/sql\r\ncontent-length: 6\r\nconnection: close\r\n\r\nsecret',
    405,
    'method-not-allowed',
  ],
  [
    'a body to no route',
    'POST /v1/secret HTTP/1.1\r\nhost: x\r\ncontent-type: text/csv\r\ncontent-length: 6\r\nconnection: close\r\n\r\nsecret',
    404,
    'no-such-route',
  ],
  [
    'a body that stalls',
    'POST /v1/fit HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{',
    408,
    'request-timeout',
  ],
];

test('whatever is wrong with a request is answered with a problem, counted, and logged with its code', async () => {
  const server = await startFitted({ REQUEST_TIMEOUT: '500' });
  for (const [name, bytes, status, code] of CASES) {
    const { status: answered, problem } = await answerTo(server.url, bytes);
    expect([answered, problem.type, problem.status], name).toEqual([status, `/docs/errors#${code}`, status]);
    expect(problem.request_id).toMatch(/./);
    expect(JSON.stringify(problem)).not.toMatch(/secret|%zz/);
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    const counted = metrics
      .split('\n')
      .filter((line) => line.includes('http_request_duration_seconds_count'));
    expect(counted.join('\n'), name).toContain(`status="${status}"`);
    // The log comes by a pipe of its own, which may be read after the answer.
    await expect.poll(() => server.log.join('\n'), { message: name }).toContain(`"code":"${code}"`);
  }
  expect(server.log.join('\n')).not.toContain('secret');
});
