import { randomInt } from 'node:crypto';
import { getHeapStatistics } from 'node:v8';
import { InvalidInput, TooLarge } from '../calibration/errors.js';

/** Smaller bodies are parsed as they are: the worst of them takes 60 MB, and looking would cost as much as a tenth of parsing. */
export const WEIGHED_FROM_BYTES = 1_048_576;

/** No body of this service is nested deeper than eight levels. */
const MAX_DEPTH = 64;

/** More bytes of memory a byte no right body takes: a list of texts of three characters takes 19. */
const MAX_DENSITY = 20;

/** So much of the heap may one body take. */
const HEAP_SHARE = 0.6;

/**
 * What V8 allocates while it parses, in bytes, at most: measured with Node 20, 22 and 24 on lists and objects of one kind. The text itself
 * is there twice, as a whole and in its strings.
 */
const WEIGHTS = {
  byte: 2,
  container: 80,
  value: 24,
  string: 24,
  key: 8,
  /** A key that was not seen before: its text, and a shape of objects or a place in a table of keys. */
  newKey: 160,
  /** A key like "0": room for seventeen elements. */
  numericKey: 200,
};

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPENING = [0x5b, 0x7b];
const CLOSING = [0x5d, 0x7d];
const ZERO = 0x30;
const NINE = 0x39;

/** 1 for the bytes that give JSON its structure. */
const IS_MARK = new Uint8Array(256);
for (const mark of [QUOTE, COMMA, COLON, ...OPENING, ...CLOSING]) IS_MARK[mark] = 1;

/**
 * Refuses JSON whose values would take far more memory than its bytes, before they are made: brackets alone take 56 bytes a byte. Looks at
 * every byte outside of strings once; JSON that is wrong otherwise is for the parser to refuse.
 *
 * @throws InvalidInput `too-deep`; TooLarge `too-dense`, also for what this process has not the memory for.
 */
export function refuseHeavyJson(bytes: Buffer): void {
  if (bytes.length < WEIGHED_FROM_BYTES) return;
  const weight = WEIGHTS.byte * bytes.length + weigh(bytes);
  if (weight > MAX_DENSITY * bytes.length)
    throw tooDense('it holds more values than any right body of its size');
  const room = HEAP_SHARE * getHeapStatistics().heap_size_limit;
  if (weight > room)
    throw tooDense(
      `its values would take ${megabytes(weight)}, of which one body may have ${megabytes(room)} here`,
    );
}

/**
 * Refuses JSON of any size that is nested so deeply that writing it again would overflow the stack. For what is kept as it came; bodies of
 * which only known fields are read need it only where {@link refuseHeavyJson} looks.
 *
 * @throws InvalidInput `too-deep`.
 */
export function refuseDeepJson(bytes: Buffer): void {
  let depth = 0;
  for (let at = nextMark(bytes, 0); at < bytes.length; at = nextMark(bytes, at + 1)) {
    const mark = bytes[at] ?? 0;
    if (mark === QUOTE) at = endOfString(bytes, at + 1);
    else if (CLOSING.includes(mark)) depth--;
    else if (OPENING.includes(mark) && ++depth > MAX_DEPTH) throw tooDeep();
  }
}

function weigh(bytes: Buffer): number {
  const keys = new SeenKeys();
  let weight = 0;
  let depth = 0;
  let start = 0;
  let end = 0;
  for (let at = nextMark(bytes, 0); at < bytes.length; at = nextMark(bytes, at + 1)) {
    const mark = bytes[at];
    if (mark === COMMA) weight += WEIGHTS.value;
    else if (mark === COLON) weight += keys.weigh(bytes, start, end);
    else if (mark === QUOTE) {
      start = at + 1;
      end = endOfString(bytes, start);
      at = end;
      weight += WEIGHTS.string;
    } else if (OPENING.includes(mark ?? 0)) {
      depth++;
      weight += WEIGHTS.container;
      if (depth > MAX_DEPTH) throw tooDeep();
    } else depth--;
  }
  return weight;
}

/** Where the next byte stands that is not part of a number, a word or space. */
function nextMark(bytes: Buffer, from: number): number {
  let at = from;
  while (at < bytes.length && IS_MARK[bytes[at] ?? 0] === 0) at++;
  return at;
}

/** Short strings are gone through a byte at a time; the end of a long one is found by Node, which is faster but takes longer to ask. */
const SHORT = 32;

/** Where the quote that ends a string stands; the length where none does. */
function endOfString(bytes: Buffer, start: number): number {
  for (let at = start; at < bytes.length; ) {
    for (const until = at + SHORT; at < until; at++) {
      const byte = bytes[at];
      if (byte === QUOTE || byte === undefined) return at;
      if (byte === BACKSLASH) at++;
    }
    const quote = bytes.indexOf(QUOTE, at);
    if (quote === -1) return bytes.length;
    if (!isEscaped(bytes, at, quote)) return quote;
    at = quote + 1;
  }
  return bytes.length;
}

/** Whether an odd number of backslashes stands before this place; none of them before `from`. */
function isEscaped(bytes: Buffer, from: number, place: number): boolean {
  let at = place;
  while (at > from && bytes[at - 1] === BACKSLASH) at--;
  return (place - at) % 2 === 1;
}

/** A power of two: more different keys than any right body has. */
const KEYS = 16_384;

/** Remembers which keys were seen, as numbers that nobody outside can foresee. */
class SeenKeys {
  readonly #seen = new Int32Array(KEYS);
  readonly #seed = randomInt(1, 2 ** 31);

  weigh(bytes: Buffer, start: number, end: number): number {
    const first = bytes[start] ?? 0;
    if (first >= ZERO && first <= NINE) return WEIGHTS.numericKey;
    let hash = this.#seed;
    for (let at = start; at < end; at++)
      hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193) ^ (hash >>> 15);
    const place = hash & (KEYS - 1);
    if (this.#seen[place] === hash) return WEIGHTS.key;
    this.#seen[place] = hash;
    return WEIGHTS.newKey;
  }
}

function tooDeep(): InvalidInput {
  return new InvalidInput(`the body is nested deeper than ${MAX_DEPTH} levels`, [], 'too-deep');
}

function tooDense(why: string): TooLarge {
  return new TooLarge('too-dense', `the body is too dense to be read: ${why}`);
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
