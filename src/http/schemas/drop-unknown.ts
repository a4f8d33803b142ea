import type { z } from 'zod';

/** Names of fields that were dropped: the first of them, since a request may hold any number. */
export class DroppedFields {
  static readonly most = 20;
  readonly #names = new Set<string>();
  #hasMore = false;

  add(name: string): void {
    if (this.#names.has(name)) return;
    if (this.#names.size < DroppedFields.most) this.#names.add(name);
    else this.#hasMore = true;
  }

  get names(): readonly string[] {
    return [...this.#names];
  }

  /** Whether there are further names. */
  get hasMore(): boolean {
    return this.#hasMore;
  }
}

/**
 * Takes the fields that a schema does not know out of a value, in place. What is wrong otherwise stays as it
 * is; what one of the options of a union knows stays, too.
 */
export function dropUnknown(schema: z.core.$ZodType, value: unknown, dropped: DroppedFields): void {
  dropFrom(optionsOf(schema), value, dropped);
}

type Definition = z.core.$ZodTypes['_zod']['def'];

/** The definitions of what a schema takes beside nothing. */
function optionsOf(schema: z.core.$ZodType): Definition[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (def.type === 'optional' || def.type === 'nullable') return optionsOf(def.innerType);
  return def.type === 'union' ? def.options.flatMap(optionsOf) : [def];
}

function dropFrom(options: readonly Definition[], value: unknown, dropped: DroppedFields): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    const elements = options.flatMap((def) => (def.type === 'array' ? optionsOf(def.element) : []));
    if (elements.some(mayHoldFields)) for (const item of value) dropFrom(elements, item, dropped);
    return;
  }
  const held = value as Record<string, unknown>;
  const kinds = options.filter((def) => def.type === 'object' || def.type === 'record');
  if (kinds.length === 0) return;
  for (const key of Object.keys(held)) {
    const schemas = kinds.flatMap((def) => schemasOf(def, key));
    if (schemas.length > 0) dropFrom(schemas.flatMap(optionsOf), held[key], dropped);
    else {
      delete held[key];
      dropped.add(key);
    }
  }
}

/** Numbers and texts need no look each. */
function mayHoldFields({ type }: Definition): boolean {
  return type === 'object' || type === 'record' || type === 'array';
}

/** The schema of a field, or none where it is not known. */
function schemasOf(def: Definition, key: string): z.core.$ZodType[] {
  if (def.type === 'record') return [def.valueType];
  if (def.type !== 'object') return [];
  const field = Object.hasOwn(def.shape, key) ? def.shape[key] : def.catchall;
  return field === undefined || field._zod.def.type === 'never' ? [] : [field];
}
