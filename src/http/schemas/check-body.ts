import type { z } from 'zod';
import { brokenRule, type InvalidInput } from '../../calibration/errors.js';
import { Violations } from '../../calibration/violations.js';
import { addIssues, explain } from './explain.js';
import { gateOf, rulesOf } from './gate.js';
import { refuseQuery } from './query.js';

/** A value as its schema types it, or why it is refused. */
export type Checked<Value> = { readonly value: Value } | { readonly error: InvalidInput };

/**
 * A check of values by a zod schema, without coercion. A gated schema accepts a good value by its compiled
 * test. The search for errors stops when there are more than an error lists; zod itself never sees a value
 * whose structure is wrong.
 */
export function compileCheck<Schema extends z.ZodType>(
  schema: Schema,
): (value: unknown) => Checked<z.output<Schema>> {
  const gate = gateOf(schema);
  return (value) => {
    if (gate?.(value)) return { value: value as z.output<Schema> };
    const broken = findBroken(schema, value);
    if (!broken.isEmpty) return { error: broken.toError() };
    const parsed = schema.safeParse(value);
    if (parsed.success) return { value: parsed.data };
    const found = new Violations();
    addIssues(parsed.error, (path, message) => found.add(path, message));
    return { error: found.toError() };
  };
}

/** The value as its schema types it; throws InvalidInput where it breaks the schema. */
export function checkOrThrow<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const checked = compileCheck(schema)(value);
  if ('error' in checked) throw checked.error;
  return checked.value;
}

/** Fields that hold rows, by which a body that is only the rows is answered. */
const ROWS = ['samples', 'rows', 'pairs', 'groups', 'outputs'];

/**
 * A JSON body whose route takes parameters in the query string for other formats. That it is no object at all
 * is said before that a parameter is in the wrong place.
 *
 * @throws InvalidInput
 */
export function checkJsonBody<Schema extends z.ZodObject>(
  schema: Schema,
  given: unknown,
  query: object,
): z.output<Schema> {
  if (typeof given === 'string')
    throw brokenRule([], 'must be an object, not text: it was encoded as JSON twice');
  if (Array.isArray(given)) {
    const field = ROWS.find((name) => Object.hasOwn(schema.shape, name));
    throw brokenRule([], `must be an object, not a list: put the rows into its field "${field}"`);
  }
  refuseQuery(query);
  return checkOrThrow(schema, given);
}

/** The errors of the structure and, where that makes sense, of the rules. */
function findBroken(schema: z.ZodType, value: unknown): Violations {
  const { found, isFatal } = explain(schema, value);
  if (!isFatal && !found.isFull) rulesOf(schema)?.(value, found);
  return found;
}
