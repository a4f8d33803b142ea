import type { SearchedText } from '../../src/sidecar/text-search.js';

/** A text that counts how many code units are read of it, searches included. */
export class CountedText implements SearchedText {
  readonly #text: string;
  reads = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get length(): number {
    return this.#text.length;
  }

  charCodeAt(index: number): number {
    this.reads++;
    return this.#text.charCodeAt(index);
  }

  slice(start: number, end: number): string {
    this.reads += end - start;
    return this.#text.slice(start, end);
  }

  /** At every place that it passes, a search for a short mark reads at most the mark's length. */
  indexOf(mark: string, from: number): number {
    const found = this.#text.indexOf(mark, from);
    const passed = (found < 0 ? this.#text.length : found + 1) - from;
    this.reads += mark.length * Math.max(passed, 1);
    return found;
  }
}
