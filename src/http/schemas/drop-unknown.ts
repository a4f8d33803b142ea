import type { z } from 'zod';

/**
 * Takes the fields that a schema does not know out of a value, in place, and adds their names to `dropped`.
 * What is wrong otherwise stays as it is.
 */
export function dropUnknown(schema: z.core.$ZodType, value: unknown, dropped: Set<string>): void {
  if (typeof value !== 'object' || value === null) return;
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (def.type === 'optional' || def.type === 'nullable') dropUnknown(def.innerType, value, dropped);
  else if (def.type === 'array' && Array.isArray(value))
    for (const item of value) dropUnknown(def.element, item, dropped);
  else if (def.type === 'record')
    for (const item of Object.values(value)) dropUnknown(def.valueType, item, dropped);
  else if (def.type === 'union') dropUnknown(fittingOption(def.options, value), value, dropped);
  else if (def.type === 'object' && !Array.isArray(value)) dropFrom(def, value, dropped);
}

function dropFrom({ shape, catchall }: z.core.$ZodObjectDef, value: object, dropped: Set<string>): void {
  const held = value as Record<string, unknown>;
  for (const key of Object.keys(held)) {
    const schema = Object.hasOwn(shape, key) ? shape[key] : catchall;
    if (schema?._zod.def.type === 'never') {
      delete held[key];
      dropped.add(key);
    } else if (schema !== undefined) dropUnknown(schema, held[key], dropped);
  }
}

/** The option that knows most of the value's fields; the first of those. */
function fittingOption(options: readonly z.core.$ZodType[], value: object): z.core.$ZodType {
  let [fitting] = options;
  let most = -1;
  for (const option of options) {
    const count = knownFields(option, value);
    if (count > most) [fitting, most] = [option, count];
  }
  if (fitting === undefined) throw new RangeError('a union of nothing');
  return fitting;
}

function knownFields(schema: z.core.$ZodType, value: object): number {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (def.type === 'optional' || def.type === 'nullable') return knownFields(def.innerType, value);
  if (def.type === 'array') return Array.isArray(value) ? 1 : -1;
  if (def.type !== 'object' || Array.isArray(value)) return -1;
  return Object.keys(def.shape).filter((key) => Object.hasOwn(value, key)).length;
}
