import { z } from 'zod';

/** RFC 9457 problem details, the body of every answer that is not a 2xx. */
export const problem = z
  .object({
    type: z.string().describe('Stable: `/docs#` and the code of the rule (listed in the README)'),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    errors: z
      .array(z.object({ path: z.string().describe('JSON pointer into the request'), message: z.string() }))
      .describe('Every place that breaks a rule, up to 20'),
    request_id: z.string(),
  })
  .meta({ id: 'Problem' });

/** A problem with one line of a stream whose answer has begun. */
export const lineProblem = problem
  .omit({ request_id: true })
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

/** The response schemas of these statuses, for a route's `schema.response`. */
export function problems(...statuses: (keyof typeof DESCRIPTIONS)[]) {
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      { description: DESCRIPTIONS[status], content: { [PROBLEM_CONTENT_TYPE]: { schema: problem } } },
    ]),
  );
}
