import type { CodeUnits } from '../../calibration/samples/scanned-text.js';

/**
 * Tokens, searched unit by unit: each unit of a text is read a bounded number of times, however many tokens
 * there are and however many stand in a row. Of several tokens at one place, the first of the list counts.
 */
export class Tokens {
  readonly #forward: Trie;
  readonly #backward: Trie;

  constructor(tokens: readonly string[]) {
    const units = tokens.map((token) => Array.from({ length: token.length }, (_, i) => token.charCodeAt(i)));
    this.#forward = new Trie(units);
    this.#backward = new Trie(units.map((token) => token.toReversed()));
  }

  /** The place where the text continues after the white space and tokens at `start`, in any order. */
  pastThese(text: CodeUnits, start: number): number {
    for (let index = start; ; ) {
      while (index < text.length && isWhiteSpace(text.charCodeAt(index))) index++;
      const length = this.#forward.lengthOfFirst(text, index, text.length);
      if (length === 0) return index;
      index += length;
    }
  }

  /**
   * The place before `end` where the text ends without its final tokens and the white space after and
   * between them, but not before `start`. White space before the first of these tokens stays; without
   * tokens all of it stays.
   */
  endWithout(text: CodeUnits, start: number, end = text.length): number {
    for (let last = end; ; ) {
      let index = last;
      while (index > start && isWhiteSpace(text.charCodeAt(index - 1))) index--;
      const length = this.#backward.lengthOfFirst(text, index - 1, start - 1);
      if (length === 0) return last;
      last = index - length;
    }
  }
}

/** A table of the units that may follow those read so far, so that a unit costs two look-ups. */
class Trie {
  /** The column of each unit; 0 for those in no token. */
  readonly #columns = new Uint16Array(0x1_0000);
  readonly #width: number;
  /** The next state per state (row) and unit (column); 0, the beginning, where no token continues so. */
  readonly #next: Uint32Array;
  /** The place in the list of the token that is complete at a state. */
  readonly #ranks: Float64Array;

  constructor(tokens: readonly (readonly number[])[]) {
    const units = tokens.flat();
    let width = 1;
    for (const unit of units) if (this.#columns[unit] === 0) this.#columns[unit] = width++;
    this.#width = width;
    this.#next = new Uint32Array((units.length + 1) * width);
    this.#ranks = new Float64Array(units.length + 1).fill(Number.POSITIVE_INFINITY);
    let states = 1;
    tokens.forEach((token, rank) => {
      let state = 0;
      for (const unit of token) {
        const transition = this.#transition(state, unit);
        if (this.#next[transition] === 0) this.#next[transition] = states++;
        state = this.#next[transition] ?? 0;
      }
      this.#ranks[state] = Math.min(this.#ranks[state] ?? rank, rank);
    });
  }

  /** The length of the token that is read from `index` towards `stop`, 0 if none is. */
  lengthOfFirst(text: CodeUnits, index: number, stop: number): number {
    const step = Math.sign(stop - index);
    let first = Number.POSITIVE_INFINITY;
    let length = 0;
    let state = 0;
    for (let at = index; at !== stop; ) {
      state = this.#next[this.#transition(state, text.charCodeAt(at))] ?? 0;
      if (state === 0) break;
      at += step;
      const rank = this.#ranks[state] ?? first;
      if (rank < first) {
        first = rank;
        length = Math.abs(at - index);
      }
    }
    return length;
  }

  #transition(state: number, unit: number): number {
    return state * this.#width + (this.#columns[unit] ?? 0);
  }
}

/** White space as `\s` and `trim` define it. */
const WHITE_SPACE: ReadonlySet<number> = new Set(
  Array.from('\t\n\v\f\r \u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff', (space) => space.charCodeAt(0)),
);

export function isWhiteSpace(unit: number): boolean {
  if (unit < 0xa0) return unit === 0x20 || (unit >= 0x09 && unit <= 0x0d);
  return WHITE_SPACE.has(unit) || (unit >= 0x2000 && unit <= 0x200a);
}
