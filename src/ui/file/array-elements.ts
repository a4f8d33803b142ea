import { FileProblem } from './file-problem.js';
import { countChar } from './table-row.js';

/** The text of one element of an array, and the line where it begins. */
export interface ElementText {
  readonly line: number;
  readonly text: string;
}

/** What can end or begin something within JSON. */
const MARK = /["[\]{},]/g;
/** What can end a string. */
const STRING_MARK = /["\\]/g;

/**
 * Cuts a JSON array that arrives in pieces into its elements, without parsing them: only brackets, commas and
 * strings are looked at.
 */
export class ArrayElements {
  #text = '';
  /** Up to here the text has been looked at. */
  #at = 0;
  #depth = 0;
  #isInString = false;
  /** Where the element begins that has not ended yet. */
  #start = 0;
  #line = 1;

  /** The line where the unfinished element begins, blank ones before it included. */
  get line(): number {
    return this.#line;
  }

  /** Characters of the unfinished element. */
  get pendingLength(): number {
    return this.#text.length;
  }

  /** Takes the next piece, and gives the elements that it completes. */
  take(piece: string): ElementText[] {
    this.#text += piece;
    const found: ElementText[] = [];
    for (let mark = this.#nextMark(); mark !== undefined; mark = this.#nextMark()) {
      const at = this.#at - 1;
      if (mark === '[' || mark === '{') {
        this.#depth++;
        if (this.#depth === 1) this.#restart(this.#at);
      } else if (mark !== ',') this.#depth--;
      const isEnd = (mark === ',' && this.#depth === 1) || (mark === ']' && this.#depth === 0);
      if (isEnd) found.push(...this.#cut(at));
    }
    this.#text = this.#text.slice(this.#start);
    this.#at -= this.#start;
    this.#start = 0;
    return found;
  }

  /** @throws FileProblem where the array has not ended. */
  finish(): void {
    if (this.#depth > 0)
      throw new FileProblem('the JSON array ends too early: its closing ] is missing', this.#line);
  }

  #cut(end: number): ElementText[] {
    const text = this.#text.slice(this.#start, end);
    const blank = text.length - text.trimStart().length;
    const line = this.#line + countChar(text, '\n', 0, blank);
    this.#restart(end + 1);
    return text.trim() === '' ? [] : [{ line, text }];
  }

  #restart(at: number): void {
    this.#line += countChar(this.#text, '\n', this.#start, at);
    this.#start = at;
  }

  /** The next mark outside of strings; undefined where more text is needed. */
  #nextMark(): string | undefined {
    for (;;) {
      const pattern = this.#isInString ? STRING_MARK : MARK;
      pattern.lastIndex = this.#at;
      const found = pattern.exec(this.#text);
      if (found === null) {
        this.#at = this.#text.length;
        return undefined;
      }
      const [mark] = found;
      if (mark === '\\') {
        // The escaped character may not have arrived.
        if (found.index + 1 >= this.#text.length) {
          this.#at = found.index;
          return undefined;
        }
        this.#at = found.index + 2;
        continue;
      }
      this.#at = found.index + 1;
      if (mark !== '"') return mark;
      this.#isInString = !this.#isInString;
    }
  }
}
