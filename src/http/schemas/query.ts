import { z } from 'zod';
import { INVALID_INPUT, InvalidInput } from '../../calibration/errors.js';

/*
 * Parameters in the query string, for bodies that hold samples alone. A query string holds only text: here it
 * becomes the value that the same field of a JSON body has.
 */

/** `true` or `false`. */
const flag = z.enum(['true', 'false']).transform((value) => value === 'true');

/** A number as JSON writes it. */
const numeric = z
  .string()
  .regex(/^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i, 'must be a number')
  .transform(Number);

/** The parameter of every format of body that says what becomes of fields that the API does not know. */
export const UNKNOWN_FIELDS = 'unknown_fields';

/** Parameters that go with every format of a body, JSON too. */
export const bodyQuery = {
  [UNKNOWN_FIELDS]: z
    .enum(['refuse', 'ignore'])
    .optional()
    .describe(
      'Fields that the API does not know: refused (default), or passed over and named in the header `x-unknown-fields`',
    ),
};

/** `auto`, or a number. */
export const numericOrAuto = z.union([z.literal('auto'), numeric]);

/** Several values: the parameter repeated. */
export function repeated<Item extends z.ZodType>(item: Item) {
  return z.preprocess((given) => (Array.isArray(given) ? given : [given]), z.array(item));
}

/**
 * The fields of a JSON body as parameters of the query string: each turns text into the values that its field
 * has. A field that text cannot express (an object) needs a schema of its own.
 */
export function queryOf<Shape extends z.ZodRawShape>(shape: Shape): Shape {
  const entries = Object.entries(shape).map(([name, field]) => [name, parameterOf(field)]);
  return Object.fromEntries(entries);
}

/** The schema of a field as the schema of a parameter. */
function parameterOf(field: z.core.$ZodType): z.ZodType {
  const described = fromText(field);
  const { description } = field instanceof z.ZodType ? field : {};
  return description === undefined ? described : described.describe(description);
}

function fromText(field: z.core.$ZodType): z.ZodType {
  if (field instanceof z.ZodOptional) return fromText(field.unwrap()).optional();
  if (field instanceof z.ZodBoolean) return flag;
  if (field instanceof z.ZodArray) return repeated(fromText(field.element));
  if (field instanceof z.ZodNumber) return numeric.pipe(field);
  if (field instanceof z.ZodUnion) return numericOrAuto.pipe(field as z.ZodType<unknown, number | 'auto'>);
  if (field instanceof z.ZodType) return field;
  throw new TypeError('a parameter needs a schema of zod');
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

/** @throws InvalidInput for parameters beside a JSON body, where they would be ignored. */
export function refuseQuery(query: object): void {
  const message = 'belongs into the JSON body; only other formats take parameters in the query string';
  const names = Object.keys(query).filter((name) => name !== UNKNOWN_FIELDS);
  const violations = names.map((name) => ({ path: [name], message }));
  if (violations.length > 0) throw new InvalidInput(INVALID_INPUT, `a parameter ${message}`, violations);
}
