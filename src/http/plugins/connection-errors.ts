import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import type { FastifyBaseLogger, FastifyReply, FastifyRequest } from 'fastify';
import { problemDetails } from '../schemas/describe-error.js';
import { PROBLEM_CONTENT_TYPE, type Problem } from '../schemas/problem.js';
import { sendProblem } from './problems.js';

/** Errors of a connection before there is a request, keyed by Node's codes. */
const REFUSALS: Readonly<Record<string, readonly [status: number, code: string, detail: string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'request-timeout', 'the request did not arrive in time (REQUEST_TIMEOUT)'],
  HPE_HEADER_OVERFLOW: [431, 'header-too-large', 'the head of the request is larger than 16 KiB'],
};
const NOT_HTTP = [400, 'not-http', 'this is not a request in HTTP/1.1'] as const;

/** Answers bytes that Node cannot read as a request, or that arrive too late; the connection then ends. */
export function refuseConnection(log: Pick<FastifyBaseLogger, 'warn'>) {
  return (error: NodeJS.ErrnoException, socket: Socket): void => {
    const [status, code, detail] = REFUSALS[error.code ?? ''] ?? NOT_HTTP;
    // A client that disconnects is not refused.
    if (error.code === 'ECONNRESET' || socket.destroyed) return;
    const problem: Problem = { ...problemDetails(status, code, detail), request_id: randomUUID() };
    log.warn({ status, code, requestId: problem.request_id }, 'request refused');
    const body = JSON.stringify(problem);
    const head = [
      `HTTP/1.1 ${status} ${problem.title}`,
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
export function refuseUrl(_error: Error, _request: FastifyRequest, reply: FastifyReply): void {
  sendProblem(reply, problemDetails(400, 'bad-url', 'the path is not percent-encoded UTF-8'));
}
