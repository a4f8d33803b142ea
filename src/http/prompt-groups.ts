import { hash } from 'node:crypto';
import type { SampleRow } from '../calibration/samples.js';
import { DigestNumbers } from './digest-numbers.js';
import { GrowingColumn } from './growing-column.js';

/**
 * Numbers the prompts of rows that come piece by piece. Of a prompt only 64 bits of its SHA-256 are kept, never its text: of ten
 * million different prompts two are taken for one with a probability of 3 in a million.
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
      const digest = hash('sha256', prompt, 'buffer');
      groups[i] = this.#numbers.numberOf(digest.readUInt32LE(0), digest.readUInt32LE(4));
    }
    this.#groups.push(groups);
  }

  /** The number of each row's prompt, in order of first appearance; undefined where a row had none. */
  toArray(): Int32Array<ArrayBuffer> | undefined {
    return this.#complete ? this.#groups.toArray() : undefined;
  }
}
