/**
 * A text as UTF-16 code units, each read by its place: every string is one. A scan reads each a bounded
 * number of times, whatever the text is; tests count the reads.
 */
export interface CodeUnits {
  readonly length: number;
  charCodeAt(index: number): number;
}

/** A text that is also searched. */
export interface ScannedText extends CodeUnits {
  /** For short marks: V8 takes more than linear time for some of more than 250 code units. */
  indexOf(mark: string, from: number): number;
}

/** Where a mark stands in a text. */
export class Occurrences {
  readonly #text: ScannedText;
  readonly #mark: string;
  #found = -1;

  constructor(text: ScannedText, mark: string) {
    this.#text = text;
    this.#mark = mark;
  }

  /**
   * The first occurrence at `index` or after it, else Infinity. No index may lie before one asked for
   * earlier, so that all are one search.
   */
  from(index: number): number {
    if (this.#found < index) {
      const found = this.#text.indexOf(this.#mark, index);
      this.#found = found < 0 ? Number.POSITIVE_INFINITY : found;
    }
    return this.#found;
  }
}

/** Python's `\s` and `str.isspace`, which are neither JavaScript's `\s` nor Unicode's White_Space. */
export function isSpace(unit: number): boolean {
  if (unit <= 0x20) return unit >= 0x1c || (unit >= 0x09 && unit <= 0x0d);
  return unit >= 0x85 && unit <= 0x3000 && isSpaceBeyondAscii(unit);
}

function isSpaceBeyondAscii(unit: number): boolean {
  if (unit < 0x2000) return unit === 0x85 || unit === 0xa0 || unit === 0x1680;
  if (unit <= 0x200a || unit === 0x3000) return true;
  return unit === 0x2028 || unit === 0x2029 || unit === 0x202f || unit === 0x205f;
}

const DECIMAL_DIGIT = /^\p{Nd}$/u;

/** Whether the character that ends before `end` is Python's `\d`: a decimal digit of any script. */
export function endsInDigit(text: ScannedText, end: number): boolean {
  if (end < 1) return false;
  const unit = text.charCodeAt(end - 1);
  if (unit < 0x80) return unit >= 0x30 && unit <= 0x39;
  const isTrailingSurrogate = (unit & 0xfc00) === 0xdc00;
  const character =
    isTrailingSurrogate && end > 1
      ? String.fromCharCode(text.charCodeAt(end - 2), unit)
      : String.fromCharCode(unit);
  return DECIMAL_DIGIT.test(character);
}
