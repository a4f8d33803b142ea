import type { z } from 'zod';
import type { ServiceError } from '../../calibration/errors.js';
import type { Line } from '../bodies/ndjson.js';
import { compileCheck } from './check-body.js';

/** A line as its schema types it, or why it cannot be read or is refused. */
export type CheckedLine<Value> = { readonly value: Value } | { readonly error: ServiceError };

/** A check of lines by a zod schema; the place of an error is relative to its line. */
export function compileLineCheck<Schema extends z.ZodType>(
  schema: Schema,
): (line: Line) => CheckedLine<z.output<Schema>> {
  const check = compileCheck(schema);
  return (line) => ('error' in line ? line : check(line.value));
}

/** A check of lines by a zod schema that throws the error of a wrong line, with its number. */
export function compileLineReader<Schema extends z.ZodType>(
  schema: Schema,
): (line: Line) => z.output<Schema> {
  const check = compileLineCheck(schema);
  return (line) => {
    const checked = check(line);
    if ('error' in checked) throw checked.error.at(['lines', line.number]);
    return checked.value;
  };
}
