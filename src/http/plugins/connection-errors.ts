import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyBaseLogger, FastifyReply, FastifyRequest } from 'fastify';
import { problemDetails } from '../describe-error.js';
import { PROBLEM_CONTENT_TYPE, type Problem } from '../schemas/problem.js';

/** What can be wrong with a connection before it is a request, by Node's codes. */
const REFUSALS: Readonly<Record<string, readonly [status: number, code: string, detail: string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'request-timeout', 'the request did not arrive in time (REQUEST_TIMEOUT)'],
  HPE_HEADER_OVERFLOW: [431, 'header-too-large', 'the head of the request is larger than 16 KiB'],
};
const NOT_HTTP = [400, 'not-http', 'this is not a request in HTTP/1.1'] as const;

/** Answers what Node cannot read as a request, or what did not arrive in time; the connection then ends. */
export function refuseConnection(log: Pick<FastifyBaseLogger, 'warn'>) {
  return (error: NodeJS.ErrnoException, socket: Socket): void => {
    const [status, code, detail] = REFUSALS[error.code ?? ''] ?? NOT_HTTP;
    // A client that goes away is no refusal.
    if (error.code === 'ECONNRESET' || socket.destroyed) return;
    const problem: Problem = { ...problemDetails(status, code, detail), request_id: randomUUID() };
    log.warn({ status, code, requestId: problem.request_id }, 'request refused');
    const body = JSON.stringify(problem);
    const head = [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      `content-type: ${PROBLEM_CONTENT_TYPE}`,
      `content-length: ${Buffer.byteLength(body)}`,
      `x-request-id: ${problem.request_id}`,
      'connection: close',
    ];
    if (socket.writable) socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
    else socket.destroy();
  };
}

/** Answers a request whose URL Fastify cannot read. */
export function refuseUrl(_error: Error, request: FastifyRequest, reply: FastifyReply): void {
  const problem: Problem = {
    ...problemDetails(400, 'bad-url', 'the path is not percent-encoded UTF-8'),
    request_id: request.id,
  };
  reply.code(400).type(PROBLEM_CONTENT_TYPE).serializer(JSON.stringify).send(problem);
}
