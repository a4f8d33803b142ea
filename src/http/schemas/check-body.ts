import type { core, z } from 'zod';
import { InvalidInput, MAX_VIOLATIONS, type Violation } from '../../calibration/errors.js';
import { gateOf } from './gate.js';

/** Longest part of a key that an answer repeats; a key may be text of a prompt by mistake. */
const MAX_KEY_LENGTH = 64;

/** A value as its schema types it, or why it is refused. */
export type Checked<Value> = { readonly value: Value } | { readonly error: InvalidInput };

/**
 * A check of values by a zod schema, without coercion. A gated schema lets a good value through by its compiled test; zod
 * explains a bad one, naming the places and the rules.
 */
export function compileCheck<Schema extends z.ZodType>(
  schema: Schema,
): (value: unknown) => Checked<z.output<Schema>> {
  const gate = gateOf(schema);
  return (value) => {
    if (gate?.(value)) return { value: value as z.output<Schema> };
    const parsed = schema.safeParse(value);
    return parsed.success ? { value: parsed.data } : { error: toInvalidInput(parsed.error) };
  };
}

/** The value as its schema types it; throws InvalidInput where it breaks the schema. */
export function checkOrThrow<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const checked = compileCheck(schema)(value);
  if ('error' in checked) throw checked.error;
  return checked.value;
}

/** What zod refused, as places and rules. */
function toInvalidInput(error: z.ZodError): InvalidInput {
  const violations = error.issues.slice(0, MAX_VIOLATIONS).flatMap(toViolations);
  const [first] = violations;
  return new InvalidInput(`${error.issues.length} rule(s) broken: ${first?.message ?? ''}`, violations);
}

function toViolations(issue: core.$ZodIssue): Violation[] {
  const path = issue.path.map((segment) => shorten(segment));
  if (issue.code === 'unrecognized_keys') {
    return issue.keys
      .slice(0, MAX_VIOLATIONS)
      .map((key) => ({ path: [...path, shorten(key)], message: 'is not a known field' }));
  }
  if (issue.code === 'invalid_key') {
    return [{ path, message: issue.issues[0]?.message ?? issue.message }];
  }
  return [{ path, message: issue.message }];
}

function shorten(segment: PropertyKey): string | number {
  return typeof segment === 'number' ? segment : String(segment).slice(0, MAX_KEY_LENGTH);
}
