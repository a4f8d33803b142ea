import type { z } from 'zod';
import type { Violation } from '../../calibration/errors.js';
import { Violations } from '../../calibration/violations.js';

/** A field on the way from a body inwards: its path as a caller would write it. */
interface Reached {
  readonly path: string;
  readonly schema: z.core.$ZodType;
}

/** The paths of the fields below the top, by the name of the field; the outermost of each name. */
type DeeperFields = ReadonlyMap<string, string>;

const known = new WeakMap<z.core.$ZodType, DeeperFields>();

/**
 * What was found, where a field that is unknown at the top but known deeper says where it belongs: `alpha` →
 * "did you mean `characteristics[0].alpha`?". The paths come from the schema itself.
 *
 * @param unknownField how the rule of an unknown field begins.
 */
export function withDeeperPlaces(
  schema: z.core.$ZodType,
  found: Violations,
  unknownField: string,
): Violations {
  const isUnknown = ({ path, message }: Violation) => path.length === 1 && message.startsWith(unknownField);
  if (!found.listed.some(isUnknown)) return found;
  const deeper = deeperFieldsOf(schema);
  const hinted = new Violations();
  for (const violation of found.listed) {
    const place = isUnknown(violation) ? deeper.get(String(violation.path[0])) : undefined;
    const hint = place === undefined ? violation.message : `${unknownField}: did you mean \`${place}\`?`;
    hinted.add(violation.path, hint);
  }
  return hinted;
}

function deeperFieldsOf(schema: z.core.$ZodType): DeeperFields {
  const fields = known.get(schema) ?? findDeeperFields(schema);
  known.set(schema, fields);
  return fields;
}

/** Level by level, so that the outermost field of a name is found first; in the order of the schema. */
function findDeeperFields(schema: z.core.$ZodType): DeeperFields {
  const fields = new Map<string, string>();
  let level = fieldsIn({ path: '', schema });
  while (level.length > 0) {
    const next = level.flatMap(fieldsIn);
    for (const { path } of next) {
      const name = path.slice(path.lastIndexOf('.') + 1);
      if (!fields.has(name)) fields.set(name, path);
    }
    level = next;
  }
  return fields;
}

/** The fields of the objects that a value may be, or hold in lists. */
function fieldsIn({ path, schema }: Reached): Reached[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (def.type === 'optional' || def.type === 'nullable') return fieldsIn({ path, schema: def.innerType });
  if (def.type === 'array') return fieldsIn({ path: `${path}[0]`, schema: def.element });
  if (def.type === 'union') return def.options.flatMap((option) => fieldsIn({ path, schema: option }));
  if (def.type !== 'object') return [];
  return Object.entries(def.shape).map(([name, field]) => ({
    path: path === '' ? name : `${path}.${name}`,
    schema: field,
  }));
}
