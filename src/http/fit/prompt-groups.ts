import type { SampleRow } from '../../calibration/samples/samples.js';
import { DigestNumbers } from './digest-numbers.js';
import { GrowingColumn } from './growing-column.js';

/**
 * Numbers the prompts of rows that arrive in pieces. Only 64 bits of the SHA-256 of a prompt are kept, never
 * its text: among ten million different prompts, the probability that two are taken for one is 3 in a
 * million.
 */
export class PromptGroups {
  readonly #numbers = new DigestNumbers();
  readonly #groups = new GrowingColumn(Int32Array);
  #complete = true;

  push(rows: readonly SampleRow[]): void {
    const groups = new Int32Array(rows.length);
    for (const [i, { prompt }] of rows.entries()) {
      if (prompt === undefined) this.#complete = false;
      if (!this.#complete || prompt === undefined) return;
      groups[i] = this.#numbers.numberOfText(prompt);
    }
    this.#groups.push(groups);
  }

  /** The number of each row's prompt, in order of first appearance; undefined where a row had none. */
  toArray(): Int32Array<ArrayBuffer> | undefined {
    return this.#complete ? this.#groups.toArray() : undefined;
  }
}
