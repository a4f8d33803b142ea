import type { ScannedText } from '../../src/calibration/scanned-text.js';

/** A text that counts how many code units are read of it, searches included. */
export class CountedText implements ScannedText {
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

  /** At every place it passes, a search reads at most the mark's length. */
  indexOf(mark: string, from: number): number {
    const found = this.#text.indexOf(mark, from);
    const passed = (found < 0 ? this.#text.length : found + 1) - from;
    this.reads += mark.length * Math.max(passed, 1);
    return found;
  }
}
