import type { ErrorKind, ServiceError } from '../../calibration/errors.js';
import { toPointer } from '../bodies/pointer.js';
import type { LineProblem, Problem } from './problem.js';

/** Stable documentation of each code; relative, so that it holds wherever the service runs. */
export const TYPE_PREFIX = '/docs/errors#';

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  409: 'Conflict',
  413: 'Content Too Large',
  414: 'URI Too Long',
  415: 'Unsupported Media Type',
  417: 'Expectation Failed',
  422: 'Unprocessable Content',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

/** A problem without the fields of its request. */
export type ProblemDetails = Omit<Problem, 'request_id'>;

/** An error that the service raises on purpose, in the form of RFC 9457. */
export function describeError(error: ServiceError): ProblemDetails {
  const errors = error.violations.map(({ path, message }) => ({ path: toPointer(path), message }));
  return problemDetails(STATUSES[error.kind], error.code, error.message, errors);
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

const STATUSES: Readonly<Record<ErrorKind, number>> = {
  unreadable: 400,
  'not-found': 404,
  conflict: 409,
  'too-large': 413,
  invalid: 422,
  'bad-gateway': 502,
  unavailable: 503,
  'gateway-timeout': 504,
};
