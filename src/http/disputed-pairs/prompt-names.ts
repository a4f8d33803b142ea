import { hash } from 'node:crypto';
import { DigestNumbers } from '../fit/digest-numbers.js';

/** Longer prompts are named by their SHA-256: names are hashed again, far more slowly. */
const LONGEST_NAME = 256;

/** The name by which pairs of a prompt are drawn and labels of a prompt belong together. */
export function nameOfPrompt(prompt: string | number): string {
  const text = String(prompt);
  return text.length > LONGEST_NAME ? hash('sha256', text, 'hex') : text;
}

/** So many prompts are remembered, at up to 32 bytes each. */
const MAX_REMEMBERED = 1_000_000;

/** Counts prompts that come back in a stream; remembers 64 bits of each of the first million. */
export class ReturningPrompts {
  readonly #seen = new DigestNumbers();
  #returned = 0;

  /** Takes the prompt of the next group. */
  add(prompt: string): void {
    const before = this.#seen.size;
    if (before >= MAX_REMEMBERED) return;
    if (this.#seen.numberOfText(prompt) < before) this.#returned++;
  }

  /** How many groups had the prompt of an earlier one. */
  get count(): number {
    return this.#returned;
  }
}
