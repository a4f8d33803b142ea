import { z } from 'zod';
import type { Place } from '../../calibration/errors.js';
import { Violations } from '../../calibration/violations.js';
import { withoutStack } from '../../calibration/without-stack.js';
import { isCharacteristicName } from '../../curves/characteristic-name.js';
import { withDeeperPlaces } from './deeper-fields.js';
import { nearestField } from './nearest-field.js';

/** A search for the errors of a value: its place, and what was found. */
class Search {
  readonly found = new Violations();
  /** Whether an error was found after which the rules of the whole make no sense. */
  isFatal = false;
  readonly #path: (string | number)[];

  constructor(path: Place = []) {
    this.#path = [...path];
  }

  get isOver(): boolean {
    return this.found.isFull;
  }

  /** Searches one step further in. */
  within(key: string | number, schema: z.core.$ZodType, value: unknown): void {
    this.#path.push(key);
    search(schema, value, this);
    this.#path.pop();
  }

  /** A search of the same value that may be given up. */
  attempt(): Search {
    return new Search(this.#path);
  }

  adopt({ found, isFatal }: Search): void {
    this.found.addAll(found);
    this.isFatal ||= isFatal;
  }

  add(path: Place, message: string, isFatal: boolean): void {
    this.found.add([...this.#path, ...path], message);
    this.isFatal ||= isFatal;
  }
}

/** The errors of a value, and whether its structure is right enough for rules about the whole. */
export interface Explanation {
  readonly found: Violations;
  readonly isFatal: boolean;
}

/**
 * Reports the errors that zod would find in a value's structure, in the same words and order, but stops when
 * there are more than an error lists. Zod itself builds an issue for every wrong part: for a body of `{}`
 * rows three hundred times the size of the body.
 *
 * Walks objects, lists, records and unions itself and asks zod about the parts in them; refinements of whole
 * objects are not checked.
 */
export function explain(schema: z.ZodType, value: unknown): Explanation {
  const whole = new Search();
  search(schema, value, whole);
  return { found: withDeeperPlaces(schema, whole.found, UNKNOWN_FIELD), isFatal: whole.isFatal };
}

function search(schema: z.core.$ZodType, value: unknown, at: Search): void {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (def.type === 'optional') searchUnless(undefined, def.innerType, value, at);
  else if (def.type === 'nullable') searchUnless(null, def.innerType, value, at);
  else if (def.type === 'union') searchUnion(schema, def, value, at);
  else if (def.type === 'array' && Array.isArray(value)) searchList(schema as z.core.$ZodArray, value, at);
  else if (def.type === 'object' && isObject(value)) searchObject(def, value, at);
  else if (def.type === 'record' && isObject(value)) searchRecord(def, value, at);
  else if (!isPlainlyRight(def, value)) askZod(schema, value, at);
}

function searchUnless(absent: null | undefined, schema: z.core.$ZodType, value: unknown, at: Search): void {
  if (value !== absent) search(schema, value, at);
}

/** Most parts of a body are strings and numbers without further rules. */
function isPlainlyRight(def: z.core.$ZodTypeDef, value: unknown): boolean {
  if (def.checks !== undefined && def.checks.length > 0) return false;
  if ('format' in def) return false;
  return def.type === 'string' ? typeof value === 'string' : def.type === 'number' && Number.isFinite(value);
}

function searchList({ _zod: { def } }: z.core.$ZodArray, list: readonly unknown[], at: Search): void {
  const { least, most } = limitsOf(def.checks);
  if (list.length <= most) {
    for (let i = 0; i < list.length && !at.isOver; i++) at.within(i, def.element, list[i]);
    if (list.length >= least) return;
  }
  // The length is wrong: zod checks nothing else of a list that is too long.
  askZod(new z.core.$ZodArray({ ...def, element: z.unknown() }), list, at);
  at.isFatal ||= list.length > most;
}

/** How long a list may be by its checks. */
function limitsOf(checks: readonly z.core.$ZodCheck[] = []): {
  readonly least: number;
  readonly most: number;
} {
  let least = 0;
  let most = Number.POSITIVE_INFINITY;
  for (const { _zod } of checks) {
    const { minimum, maximum, length } = _zod.def as Limits;
    least = Math.max(least, minimum ?? length ?? 0);
    most = Math.min(most, maximum ?? length ?? most);
  }
  return { least, most };
}

/** The fields in the definition of a length check. */
interface Limits {
  readonly minimum?: number;
  readonly maximum?: number;
  readonly length?: number;
}

function searchObject(
  { shape, catchall }: z.core.$ZodObjectDef,
  given: Readonly<Record<string, unknown>>,
  at: Search,
): void {
  for (const key in shape) {
    const schema = shape[key];
    if (schema !== undefined) at.within(key, schema, given[key]);
    if (at.isOver) return;
  }
  if (catchall === undefined || catchall._zod.def.type === 'unknown') return;
  for (const key in given) {
    if (Object.hasOwn(shape, key)) continue;
    if (catchall._zod.def.type === 'never') at.add([key], unknownField(key, shape, given[key]), false);
    else at.within(key, catchall, given[key]);
    if (at.isOver) return;
  }
}

function searchRecord(
  { keyType, valueType }: z.core.$ZodRecordDef,
  given: Readonly<Record<string, unknown>>,
  at: Search,
): void {
  for (const key in given) {
    const broken = isPlainlyRight(keyType._zod.def, key)
      ? undefined
      : withoutStack(() => z.safeParse(keyType, key)).error;
    if (broken === undefined) at.within(key, valueType, given[key]);
    else at.add([key], broken.issues[0]?.message ?? '', true);
    if (at.isOver) return;
  }
}

/**
 * Reports the errors of an option if the value has the right kind for that option alone; otherwise only that
 * no option fits.
 */
function searchUnion(
  schema: z.core.$ZodType,
  { options }: z.core.$ZodUnionDef,
  value: unknown,
  at: Search,
): void {
  const ofRightKind: Search[] = [];
  for (const option of options) {
    const attempt = at.attempt();
    search(option, value, attempt);
    if (attempt.found.isEmpty) return;
    if (!attempt.isFatal) ofRightKind.push(attempt);
  }
  const [only, ...others] = ofRightKind;
  if (only !== undefined && others.length === 0) at.adopt(only);
  else askZod(schema, OF_NO_KIND, at);
}

/** Stands for a value that no option takes; small, whatever the caller sent. */
const OF_NO_KIND = Symbol('a value of no kind');

/** Errors of size or form in a value of the right kind: zod goes on to the rules about the whole. */
const OF_RIGHT_KIND = ['too_small', 'too_big', 'invalid_format', 'custom', 'unrecognized_keys'];

function askZod(schema: z.core.$ZodType, value: unknown, at: Search): void {
  for (const { path, message, code } of saidOf(schema, value))
    at.add(path, message, !OF_RIGHT_KIND.includes(code));
}

/** The issues that zod finds in a wrong part. */
interface Said {
  readonly path: Place;
  readonly message: string;
  readonly code: string;
}

/** The issues that zod finds in values that many bodies have in the same place: none, and one of no kind. */
const alwaysSaid = new Map(
  [undefined, OF_NO_KIND].map((value) => [value as unknown, new WeakMap<z.core.$ZodType, Said[]>()]),
);

function saidOf(schema: z.core.$ZodType, value: unknown): readonly Said[] {
  const known = alwaysSaid.get(value);
  const said = known?.get(schema) ?? parsedBy(schema, value);
  known?.set(schema, said);
  return said;
}

function parsedBy(schema: z.core.$ZodType, value: unknown): Said[] {
  const { error } = withoutStack(() => z.safeParse(schema, value));
  const said: Said[] = [];
  if (error !== undefined) addIssues(error, (path, message, code) => said.push({ path, message, code }));
  return said;
}

/** Hands on zod's issues: every unknown key separately, and for a key in a record the rule that it breaks. */
export function addIssues(
  { issues }: z.core.$ZodError,
  add: (path: Place, message: string, code: string) => void,
): void {
  for (const issue of issues) {
    const path = issue.path.map(toSegment);
    if (issue.code === 'unrecognized_keys')
      for (const key of issue.keys) add([...path, key], UNKNOWN_FIELD, issue.code);
    else if (issue.code === 'invalid_key') add(path, issue.issues[0]?.message ?? issue.message, issue.code);
    else add(path, plainWords(issue.message), issue.code);
  }
}

/** A message of zod, which names kinds of JavaScript, in words of JSON. */
export function plainWords(message: string): string {
  const [, expected, received] = /^Invalid input: expected (\w+), received (\w+)$/.exec(message) ?? [];
  if (expected === undefined) return message;
  if (received === 'undefined') return `is needed: ${KINDS[expected] ?? expected}`;
  if (expected === 'int' && received === 'number') return 'must be a whole number';
  return `must be ${KINDS[expected] ?? expected}, not ${KINDS[received ?? ''] ?? received}`;
}

const KINDS: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  object: 'an object',
  record: 'an object',
  string: 'text',
};

const UNKNOWN_FIELD = 'is not a known field';

function unknownField(key: string, shape: z.core.$ZodShape, value: unknown): string {
  const meant = nearestField(key, Object.keys(shape));
  if (meant !== undefined) return `${UNKNOWN_FIELD}: did you mean \`${meant}\`?`;
  const { characteristics } = shape;
  const isNumber = typeof value === 'number' && isCharacteristicName(key);
  return isNumber && characteristics !== undefined && isRecord(characteristics)
    ? `${UNKNOWN_FIELD}: did you mean \`characteristics.${key}\`?`
    : UNKNOWN_FIELD;
}

function isRecord(schema: z.core.$ZodType): boolean {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  return def.type === 'optional' || def.type === 'nullable' ? isRecord(def.innerType) : def.type === 'record';
}

function toSegment(key: PropertyKey): string | number {
  return typeof key === 'number' ? key : String(key);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
