import { isAscii, isUtf8 } from 'node:buffer';
import { withoutByteOrderMark } from '../../bytes/byte-order-mark.js';
import { refuseHeavyJson } from '../../bytes/json-weight.js';
import { type Place, shorten, Unreadable } from '../../calibration/errors.js';
import { withoutStack } from '../../calibration/without-stack.js';
import { findJsonFault } from './json-fault.js';
import { toPointer } from './pointer.js';

/** A key that could reach a prototype: written plainly, or with any of its characters escaped. */
const MARKS = ['__proto__', 'constructor', '\\u00'];

/** No body of this service is nested deeper; a hostile one may be, a million times. */
const MAX_PLACE_DEPTH = 16;

/**
 * Reads JSON. Stricter than JSON.parse: bytes that are not UTF-8 are refused rather than replaced (a replaced
 * byte changes a response's length), and so are the keys `__proto__` and `constructor.prototype`. A byte
 * search comes first; only a body in which it finds something is walked, so a response that talks about
 * `__proto__` passes.
 *
 * @throws Unreadable `empty-body`, `not-utf-8`, `not-json` or `forbidden-key`; as {@link refuseHeavyJson}.
 *   Never quotes the body.
 */
export function parseJson(body: Buffer): unknown {
  const bytes = withoutByteOrderMark(body);
  if (bytes.length === 0) throw emptyBody();
  refuseHeavyJson(bytes);
  const text = decodeUtf8(bytes);
  return parseJsonText(
    text,
    MARKS.some((mark) => text.includes(mark)),
  );
}

/**
 * Text from UTF-8. Most bodies are ASCII, which is copied at a third of the cost of decoding.
 *
 * @throws Unreadable `not-utf-8`.
 */
export function decodeUtf8(bytes: Buffer): string {
  if (isAscii(bytes)) return bytes.toString('latin1');
  if (!isUtf8(bytes)) throw new Unreadable('not-utf-8', 'the body is not UTF-8');
  return bytes.toString('utf8');
}

/** The byte search: false where no key of this JSON can reach a prototype. */
export function mayHoldForbiddenKey(bytes: Buffer): boolean {
  return MARKS.some((mark) => bytes.includes(mark));
}

/**
 * Reads JSON from text; `suspicious` has the value walked for forbidden keys.
 *
 * @throws Unreadable `not-json` or `forbidden-key`.
 */
export function parseJsonText(text: string, suspicious: boolean): unknown {
  const value = parse(text);
  if (suspicious) refuseForbiddenKeys(value);
  return value;
}

function parse(text: string): unknown {
  try {
    return withoutStack(() => JSON.parse(text));
  } catch (error) {
    throw notJson(text, error);
  }
}

const SEVERAL_VALUES =
  'the body is several JSON values: lines are sent as application/x-ndjson (by curl with --data-binary, since -d drops the ends of lines)';

/** What is wrong with a text that JSON.parse refused. */
function notJson(text: string, reason: unknown): Unreadable {
  const fault = findJsonFault(text);
  if (fault === undefined) {
    if (/after JSON/.test(String(reason))) return new Unreadable('not-json', SEVERAL_VALUES);
    // V8's message may quote the body, which may hold a prompt: only the position is passed on.
    const position = /position (\d+)/.exec(String(reason))?.[1];
    const where = position === undefined ? '' : `: at character ${Number(position) + 1}`;
    return new Unreadable('not-json', `the body is not valid JSON${where}`);
  }
  const { place, at, word } = fault;
  const path = place.slice(0, MAX_PLACE_DEPTH);
  const message = word === undefined ? 'is not JSON' : `${word} is not JSON; leave such a sample out`;
  const what = word === undefined ? 'this is not JSON' : `${word} is not JSON`;
  const pointer = path.length === 0 ? '' : `${toPointer(path.map(shorten))}, `;
  const detail = `${what}: ${pointer}at character ${at + 1}`;
  return new Unreadable('not-json', detail, [{ path, message }]);
}

/**
 * A value and the path to it, as a linked list from the inside out: a body may be nested deeper than any
 * stack.
 */
interface Reached {
  readonly value: unknown;
  readonly key: string;
  readonly outer: Reached | undefined;
}

function refuseForbiddenKeys(body: unknown): void {
  const open: Reached[] = [{ value: body, key: '', outer: undefined }];
  for (let outer = open.pop(); outer !== undefined; outer = open.pop()) {
    if (typeof outer.value !== 'object' || outer.value === null) continue;
    for (const [key, value] of Object.entries(outer.value)) {
      const reached = { value, key, outer };
      if (key === '__proto__' || (key === 'constructor' && hasPrototype(value))) throw forbidden(reached);
      open.push(reached);
    }
  }
}

function forbidden(reached: Reached): Unreadable {
  const message = 'is a forbidden key';
  return new Unreadable('forbidden-key', 'the body has a forbidden key', [
    { path: placeOf(reached), message },
  ]);
}

/** The outermost steps of the path to a value. */
function placeOf(reached: Reached): Place {
  const place: string[] = [];
  for (let at = reached; at.outer !== undefined; at = at.outer) place.push(at.key);
  return place.reverse().slice(0, MAX_PLACE_DEPTH);
}

function hasPrototype(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, 'prototype');
}

/** The refusal of a request without a body. */
export function emptyBody(): Unreadable {
  return new Unreadable('empty-body', 'the body is empty');
}
