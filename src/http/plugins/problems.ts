import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { ServiceError, Unavailable } from '../../calibration/errors.js';
import {
  describeError,
  type ProblemDetails,
  problemDetails,
  TYPE_PREFIX,
} from '../schemas/describe-error.js';
import { formatsOf } from '../schemas/formats.js';
import { PROBLEM_CONTENT_TYPE, type Problem } from '../schemas/problem.js';
import { CONTENT_ENCODINGS } from './content-encoding.js';

const UNAUTHORIZED = {
  code: 'unauthorized',
  detail: 'this service wants "Authorization: Bearer KEY" with a key it knows',
};

/** The codes of Fastify and its plugins in the service's own words. */
const FRAMEWORK_CODES: Readonly<Record<string, { code: string; detail: string }>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: { code: 'body-too-large', detail: 'the body is larger than BODY_LIMIT' },
  FST_CP_ERR_INVALID_CONTENT_ENCODING: {
    code: 'unsupported-encoding',
    detail: `this service knows the content-encodings ${CONTENT_ENCODINGS.join(', ')} (zstd from Node 22.15 on)`,
  },
  FST_CP_ERR_INVALID_CONTENT: {
    code: 'not-decompressible',
    detail: 'the body is not in the compression that content-encoding names',
  },
  FST_ERR_CTP_EMPTY_JSON_BODY: { code: 'empty-body', detail: 'the body is empty' },
  FST_BEARER_AUTH_MISSING_AUTHORIZATION_HEADER: UNAUTHORIZED,
  FST_BEARER_AUTH_INVALID_AUTHORIZATION_HEADER: UNAUTHORIZED,
};

declare module 'fastify' {
  interface FastifyReply {
    /** The code of the problem in the answer, for the log; empty where there is none. */
    problemCode: string;
  }
}

/** The only place where an error becomes an answer: RFC 9457 problem+json. */
export const problemsPlugin = fastifyPlugin(async (app: FastifyInstance) => {
  app.decorateReply('problemCode', '');
  app.setErrorHandler((error: FastifyError | ServiceError, request, reply) => {
    // A body that cannot be read is not what is wrong with a request to no route.
    if (request.is404) return sendNotFound(app, request, reply);
    const problem = toProblem(error, request);
    if (error instanceof Unavailable) reply.header('retry-after', error.retryAfterSeconds);
    if (problem.status === 401) reply.header('www-authenticate', 'Bearer');
    // A failure after the client has disconnected is not an error of the service.
    if (problem.status === 500 && !reply.raw.destroyed) request.log.error({ err: error }, 'request failed');
    return sendProblem(reply, problem);
  });
  app.setNotFoundHandler((request, reply) => sendNotFound(app, request, reply));
});

function sendNotFound(app: FastifyInstance, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const methods = allowedMethods(app, request);
  if (methods.length === 0)
    return sendProblem(reply, problemDetails(404, 'no-such-route', 'there is no such route'));
  reply.header('allow', methods.join(', '));
  return sendProblem(
    reply,
    problemDetails(405, 'method-not-allowed', `this route takes ${methods.join(', ')}`),
  );
}

function toProblem(error: FastifyError | ServiceError, request: FastifyRequest): ProblemDetails {
  if (error instanceof ServiceError) return describeError(error);
  const status = error.statusCode ?? 500;
  if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return unsupportedFormat(request);
  const known = FRAMEWORK_CODES[error.code];
  if (known) return problemDetails(status, known.code, known.detail);
  if (status < 500) return problemDetails(status, 'bad-request', error.message);
  return problemDetails(500, 'internal-error', 'the service failed to answer; its log has the request id');
}

function unsupportedFormat({ routeOptions }: FastifyRequest): ProblemDetails {
  const formats = formatsOf(routeOptions.schema);
  const named = formats.length > 0 ? `reads ${inWords(formats)}` : 'takes no body';
  return problemDetails(415, 'unsupported-format', `this route ${named}`);
}

function inWords(names: readonly string[]): string {
  const [last = '', ...others] = [...names].reverse();
  return others.length === 0 ? last : `${others.reverse().join(', ')} and ${last}`;
}

/** Answers a request with a problem; its code is for the log, too. */
export function sendProblem(reply: FastifyReply, details: ProblemDetails): FastifyReply {
  const problem: Problem = { ...details, request_id: reply.request.id };
  // OpenAI's clients show the member of this name, and nothing else of an error.
  const isSidecar = reply.request.routeOptions.url?.startsWith('/sidecar/') ?? false;
  const body = isSidecar ? { ...problem, message: problem.detail } : problem;
  reply.problemCode = problem.type.slice(TYPE_PREFIX.length);
  return reply.code(problem.status).type(PROBLEM_CONTENT_TYPE).serializer(JSON.stringify).send(body);
}

function allowedMethods(app: FastifyInstance, request: FastifyRequest): HTTPMethods[] {
  const url = request.url.split('?')[0] ?? '';
  const methods: HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'];
  return methods.filter((method) => app.hasRoute({ method, url }));
}
