import { z } from 'zod';
import { INVALID_INPUT, InvalidInput } from '../../calibration/errors.js';

/*
 * Parameters in the query string, for bodies that hold samples alone. A query string knows only text: here it becomes
 * what the same field of a JSON body is.
 */

/** `true` or `false`. */
export const flag = z.enum(['true', 'false']).transform((value) => value === 'true');

/** A number as JSON writes it. */
export const numeric = z
  .string()
  .regex(/^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i, 'must be a number')
  .transform(Number);

/** Several values: the parameter repeated. */
export function repeated<Item extends z.ZodType>(item: Item) {
  return z.preprocess((given) => (Array.isArray(given) ? given : [given]), z.array(item));
}

/**
 * The parameters of a request whose body holds samples alone.
 *
 * @throws InvalidInput when the reward model is not named.
 */
export function needRewardModel<Query extends { reward_model?: string | undefined }>(
  query: Query,
): Query & { reward_model: string } {
  const { reward_model } = query;
  if (reward_model !== undefined) return { ...query, reward_model };
  const message = 'is needed in the query string with a body in this format';
  throw new InvalidInput(INVALID_INPUT, `"reward_model" ${message}`, [{ path: ['reward_model'], message }]);
}

/** @throws InvalidInput for parameters beside a JSON body, where they would be passed over. */
export function refuseQuery(query: object): void {
  const message = 'belongs into the JSON body; only other formats take parameters in the query string';
  const violations = Object.keys(query).map((name) => ({ path: [name], message }));
  if (violations.length > 0) throw new InvalidInput(INVALID_INPUT, `a parameter ${message}`, violations);
}
