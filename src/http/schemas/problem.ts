import { z } from 'zod';
import { CODES_OF_NO_OPERATION, type OperationCode, statusesOf } from './problem-codes.js';

/** RFC 9457 problem details, the body of every answer that is not a 2xx. */
export const problem = z
  .object({
    type: z
      .string()
      .describe(
        `Stable: \`/docs/errors#\` and the code of the rule. Each operation lists its codes; any request may get ${CODES_OF_NO_OPERATION.map((code) => `\`${code}\``).join(', ')}`,
      ),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    errors: z
      .array(z.object({ path: z.string().describe('JSON pointer into the request'), message: z.string() }))
      .describe('Every place that breaks a rule, up to 20'),
    request_id: z.string(),
    message: z
      .string()
      .optional()
      .describe("Sidecar: `detail` again, under the name that OpenAI's clients show"),
  })
  .meta({ id: 'Problem' });

/** A problem with one line of a stream whose answer has begun. */
export const lineProblem = problem
  .omit({ request_id: true, message: true })
  .extend({ line: z.int().describe('The line, counted from 1') })
  .meta({ id: 'LineProblem' });

export type LineProblem = z.infer<typeof lineProblem>;

export type Problem = z.infer<typeof problem>;

export const PROBLEM_CONTENT_TYPE = 'application/problem+json';

const DESCRIPTIONS = {
  400: 'The body is not readable: not JSON, not UTF-8, or a forbidden key',
  401: 'API_KEYS is set and the request carries none of them',
  404: 'No such reward model or version',
  409: 'Right in itself, but not now: no curve, no earlier version, limit of reward models',
  413: 'The body is larger than BODY_LIMIT, or takes more memory than there is for it',
  415: 'The body is in a format that this route does not read',
  422: 'Understood but invalid; nothing was changed',
  502: 'The server behind answered wrongly or failed',
  503: 'Overloaded, store down or stored curves unreadable; try again after Retry-After seconds',
  504: 'The server behind did not answer in time',
} as const;

/** A status with the codes that follow from what an operation takes. */
type Status = keyof typeof DESCRIPTIONS;

/** The statuses of reading a body, where that may fail. */
export const READING_A_BODY = [400, 401, 413, 415, 422, 503] as const satisfies readonly Status[];

/** The statuses of a request without a body. */
export const READING_A_QUERY = [401, 422, 503] as const satisfies readonly Status[];

/**
 * The response schemas of problems, for a route's `schema.response`: of statuses whose codes follow from what
 * the route takes, and of codes of its own, each with its statuses.
 */
export function problems(...given: readonly (Status | OperationCode)[]) {
  const own = given.filter((item) => typeof item === 'string');
  const statusOf = (item: Status | OperationCode) => (typeof item === 'string' ? statusesOf(item) : [item]);
  const statuses = [...new Set(given.flatMap(statusOf))];
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      {
        description: DESCRIPTIONS[status as Status],
        codes: own.filter((code) => statusesOf(code).includes(status)),
        content: { [PROBLEM_CONTENT_TYPE]: { schema: problem } },
      },
    ]),
  );
}
