import type { CodeUnits, ScannedText } from '../../calibration/samples/scanned-text.js';

/** A text that is searched for patterns of any length: every string is one. */
export interface SearchedText extends ScannedText {
  slice(start: number, end: number): string;
}

/**
 * Code units of a pattern that find the places worth comparing: few enough for V8 to
 * search for in linear time.
 */
const PROBE = 64;

/** Places compared before the search no longer relies on most of them differing at once. */
const MOST_COMPARED = 8;

/**
 * The first place of `pattern` in `text`, else -1, in time linear in both. `String.prototype.indexOf` is not
 * linear: beyond the 250 code units that V8's tables hold, it compares a pattern such as "ab" and 80,000 "a"
 * anew at every place of a text of "a", which takes minutes for 3 MB.
 */
export function firstOccurrence(text: SearchedText, pattern: string): number {
  const probe = pattern.slice(0, PROBE);
  let place = text.indexOf(probe, 0);
  for (let compared = 0; place >= 0 && compared < MOST_COMPARED; compared++) {
    if (text.slice(place, place + pattern.length) === pattern) return place;
    place = text.indexOf(probe, place + 1);
  }
  return place < 0 ? -1 : searchFrom(text, new Prefixes(pattern), place);
}

/**
 * The length of the longest end of `before` that stands in `text` at `start`, in time linear
 * in the length of `before`.
 */
export function overlap(before: CodeUnits, text: SearchedText, start: number): number {
  const prefixes = new Prefixes(text.slice(start, start + before.length));
  let matched = 0;
  for (let i = before.length - prefixes.length; i < before.length; i++)
    matched = prefixes.advance(matched, before.charCodeAt(i));
  return matched;
}

function searchFrom(text: CodeUnits, prefixes: Prefixes, start: number): number {
  let matched = 0;
  for (let i = start; i < text.length; i++) {
    matched = prefixes.advance(matched, text.charCodeAt(i));
    if (matched === prefixes.length) return i + 1 - matched;
  }
  return -1;
}

/** The beginnings of a pattern, by the failure function of Knuth, Morris and Pratt (1977). */
export class Prefixes {
  readonly #pattern: CodeUnits;
  /** For each beginning, the length of its longest end that is a shorter beginning. */
  readonly #failures: Uint32Array;

  constructor(pattern: CodeUnits) {
    this.#pattern = pattern;
    this.#failures = new Uint32Array(pattern.length);
    for (let i = 1; i < pattern.length; i++)
      this.#failures[i] = this.advance(this.#failures[i - 1] ?? 0, pattern.charCodeAt(i));
  }

  get length(): number {
    return this.#pattern.length;
  }

  /**
   * The length of the longest beginning that ends with `unit`, after one of length `matched` ended before it.
   */
  advance(matched: number, unit: number): number {
    let length = matched;
    while (length > 0 && (length === this.#pattern.length || this.#pattern.charCodeAt(length) !== unit))
      length = this.#failures[length - 1] ?? 0;
    return this.#pattern.charCodeAt(length) === unit ? length + 1 : 0;
  }
}
