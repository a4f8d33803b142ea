import {
  BadGateway,
  Conflict,
  GatewayTimeout,
  InvalidInput,
  NotFound,
  type Place,
  type ServiceError,
  TooLarge,
  Unavailable,
  Unreadable,
} from '../calibration/errors.js';
import type { LineProblem, Problem } from './schemas/problem.js';

/** Stable documentation of each code; relative, so that it holds wherever the service runs. */
export const TYPE_PREFIX = '/docs#';

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  409: 'Conflict',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

/** A problem that does not know its request yet. */
export type ProblemDetails = Omit<Problem, 'request_id'>;

/** An error that the service gives on purpose, as RFC 9457 has it. */
export function describeError(error: ServiceError): ProblemDetails {
  const errors = error.violations.map(({ path, message }) => ({ path: toPointer(path), message }));
  return problemDetails(statusOf(error), error.code, error.message, errors);
}

/** The same, of one line of a stream. */
export function describeLineError(error: ServiceError, line: number): LineProblem {
  return { ...describeError(error), line };
}

/** Problem details of a status and a code. */
export function problemDetails(
  status: number,
  code: string,
  detail: string,
  errors: Problem['errors'] = [],
): ProblemDetails {
  return { type: `${TYPE_PREFIX}${code}`, title: TITLES[status] ?? 'Error', status, detail, errors };
}

function statusOf(error: ServiceError): number {
  if (error instanceof Unreadable) return 400;
  if (error instanceof NotFound) return 404;
  if (error instanceof Conflict) return 409;
  if (error instanceof TooLarge) return 413;
  if (error instanceof InvalidInput) return 422;
  if (error instanceof BadGateway) return 502;
  if (error instanceof Unavailable) return 503;
  if (error instanceof GatewayTimeout) return 504;
  return 500;
}

/** A place as a JSON pointer (RFC 6901): `/samples/3/reward`. */
export function toPointer(place: Place): string {
  return place.map((segment) => `/${String(segment).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
