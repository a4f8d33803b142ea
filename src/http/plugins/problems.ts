import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import {
  Conflict,
  InvalidInput,
  NotFound,
  type Place,
  ServiceError,
  Unavailable,
  Unreadable,
} from '../../calibration/errors.js';
import { PROBLEM_CONTENT_TYPE, type Problem } from '../schemas/problem.js';

/** Stable documentation of each code; relative, so that it holds wherever the service runs. */
const TYPE_PREFIX = '/docs#';

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

const UNAUTHORIZED = {
  code: 'unauthorized',
  detail: 'this service wants "Authorization: Bearer KEY" with a key it knows',
};

/** The codes of Fastify and its plugins in the service's own words. */
const FRAMEWORK_CODES: Readonly<Record<string, { code: string; detail: string }>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: { code: 'body-too-large', detail: 'the body is larger than BODY_LIMIT' },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: { code: 'unsupported-format', detail: 'this route reads application/json' },
  FST_ERR_CTP_EMPTY_JSON_BODY: { code: 'empty-body', detail: 'the body is empty' },
  FST_BEARER_AUTH_MISSING_AUTHORIZATION_HEADER: UNAUTHORIZED,
  FST_BEARER_AUTH_INVALID_AUTHORIZATION_HEADER: UNAUTHORIZED,
  FST_UNDER_PRESSURE: { code: 'overloaded', detail: 'the service is overloaded' },
};

/** The only place where an error becomes an answer: RFC 9457 problem+json. */
export const problemsPlugin = fastifyPlugin(async (app: FastifyInstance) => {
  app.setErrorHandler((error: FastifyError | ServiceError, request, reply) => {
    const problem = toProblem(error, request);
    if (error instanceof Unavailable) reply.header('retry-after', error.retryAfterSeconds);
    if (problem.status === 401) reply.header('www-authenticate', 'Bearer');
    if (problem.status === 500 && !request.signal.aborted)
      request.log.error({ err: error }, 'request failed');
    return send(reply, problem);
  });
  app.setNotFoundHandler((request, reply) => {
    const methods = allowedMethods(app, request);
    if (methods.length === 0)
      return send(reply, describe(request, 404, 'no-such-route', 'there is no such route', []));
    reply.header('allow', methods.join(', '));
    return send(
      reply,
      describe(request, 405, 'method-not-allowed', `this route takes ${methods.join(', ')}`, []),
    );
  });
});

function toProblem(error: FastifyError | ServiceError, request: FastifyRequest): Problem {
  if (error instanceof ServiceError) {
    const errors = error.violations.map(({ path, message }) => ({ path: toPointer(path), message }));
    return describe(request, statusOf(error), error.code, error.message, errors);
  }
  const status = error.statusCode ?? 500;
  const known = FRAMEWORK_CODES[error.code];
  if (known) return describe(request, status, known.code, known.detail, []);
  if (status < 500) return describe(request, status, 'bad-request', error.message, []);
  return describe(
    request,
    500,
    'internal-error',
    'the service failed to answer; its log has the request id',
    [],
  );
}

function statusOf(error: ServiceError): number {
  if (error instanceof Unreadable) return 400;
  if (error instanceof NotFound) return 404;
  if (error instanceof Conflict) return 409;
  if (error instanceof InvalidInput) return 422;
  if (error instanceof Unavailable) return 503;
  return 500;
}

function describe(
  request: FastifyRequest,
  status: number,
  code: string,
  detail: string,
  errors: Problem['errors'],
): Problem {
  const title = TITLES[status] ?? 'Error';
  return { type: `${TYPE_PREFIX}${code}`, title, status, detail, errors, request_id: request.id };
}

function send(reply: FastifyReply, problem: Problem): FastifyReply {
  return reply.code(problem.status).type(PROBLEM_CONTENT_TYPE).serializer(JSON.stringify).send(problem);
}

/** A place as a JSON pointer (RFC 6901): `/samples/3/reward`. */
export function toPointer(place: Place): string {
  return place.map((segment) => `/${String(segment).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

function allowedMethods(app: FastifyInstance, request: FastifyRequest): HTTPMethods[] {
  const url = request.url.split('?')[0] ?? '';
  const methods: HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'];
  return methods.filter((method) => app.hasRoute({ method, url }));
}
