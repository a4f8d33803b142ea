import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyBaseLogger, FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import type { Metrics } from '../../telemetry/metrics.js';
import { problemDetails } from '../schemas/describe-error.js';
import { PROBLEM_CONTENT_TYPE, type Problem } from '../schemas/problem.js';
import { sendProblem } from './problems.js';
import { requestId } from './request-log.js';

/** A refusal in the form of {@link problemDetails}. */
type Refusal = readonly [status: number, code: string, detail: string];

/** Errors of a connection before there is a request, keyed by Node's codes. */
const REFUSALS: Readonly<Record<string, Refusal>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'request-timeout', 'the request did not arrive in time (REQUEST_TIMEOUT)'],
  HPE_HEADER_OVERFLOW: [431, 'header-too-large', 'the head of the request is larger than 16 KiB'],
};
const NOT_HTTP = [400, 'not-http', 'this is not a request in HTTP/1.1'] as const;
const EXPECTATION = [417, 'expectation-failed', 'only 100-continue is expected of this service'] as const;

/** What a refusal that Fastify does not see is logged by and counted in. */
interface Witnesses {
  readonly log: Pick<FastifyBaseLogger, 'warn'>;
  readonly metrics: Metrics;
}

/** Logs and counts a refusal; gives it back as head and body of an answer that ends the connection. */
function answerOf(
  [status, code, detail]: Refusal,
  { log, metrics }: Witnesses,
  id: string,
  method = 'unknown',
) {
  const problem: Problem = { ...problemDetails(status, code, detail), request_id: id };
  log.warn({ status, code, requestId: id }, 'request refused');
  metrics.request(method, 'unknown', status, 0);
  const body = JSON.stringify(problem);
  const headers = {
    'content-type': PROBLEM_CONTENT_TYPE,
    'content-length': Buffer.byteLength(body),
    'x-request-id': id,
    connection: 'close',
  };
  return { status, title: problem.title, headers, body };
}

/** Answers bytes that Node cannot read as a request, or that arrive too late; the connection then ends. */
export function refuseConnection(witnesses: Witnesses) {
  return (error: NodeJS.ErrnoException, socket: Socket): void => {
    // A client that disconnects is not refused.
    if (error.code === 'ECONNRESET' || socket.destroyed) return;
    const refusal = REFUSALS[error.code ?? ''] ?? NOT_HTTP;
    const { status, title, headers, body } = answerOf(refusal, witnesses, randomUUID());
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    if (socket.writable) socket.end([`HTTP/1.1 ${status} ${title}`, ...lines, '', body].join('\r\n'));
    else socket.destroy();
  };
}

/** Answers a request whose URL Fastify cannot read; its hooks do not run for such a one. */
export function refuseUrl(metrics: Metrics) {
  return (error: FastifyError, request: FastifyRequest, reply: FastifyReply): void => {
    const problem =
      error.code === 'FST_ERR_MAX_PARAM_LENGTH'
        ? problemDetails(414, 'url-too-long', 'a part of the path is too long')
        : problemDetails(400, 'bad-url', 'the path is not percent-encoded UTF-8');
    sendProblem(reply.header('x-request-id', request.id), problem);
    request.log.warn({ status: problem.status, code: reply.problemCode }, 'request refused');
    metrics.request(request.method, 'unknown', problem.status, reply.elapsedTime / 1000);
  };
}

/**
 * Answers what Node would answer without a body: an `Expect` that the service does not know, and a request in
 * HTTP/1.1 without `Host`.
 */
export const connectionErrorsPlugin = fastifyPlugin(
  async (app: FastifyInstance, { metrics }: { metrics: Metrics }) => {
    app.server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
      const witnesses = { log: app.log, metrics };
      const { status, headers, body } = answerOf(EXPECTATION, witnesses, requestId(request), request.method);
      response.writeHead(status, headers).end(body);
    });
    app.addHook('onRequest', ({ raw }, reply, done) => {
      if (raw.headers.host !== undefined || raw.httpVersion !== '1.1') done();
      else sendProblem(reply.header('connection', 'close'), problemDetails(...NOT_HTTP));
    });
  },
);
