import { createHash } from 'node:crypto';
import type { SampleRow } from '../../calibration/samples/samples.js';

/** Numbers the prompts of rows that come piece by piece; keeps a digest of each prompt, never its text. */
export class PromptGroups {
  readonly #numbers = new Map<string, number>();
  readonly #groups: number[] = [];
  #complete = true;

  push(rows: readonly SampleRow[]): void {
    for (const { prompt } of rows) {
      if (prompt === undefined) this.#complete = false;
      if (!this.#complete || prompt === undefined) return;
      const digest = createHash('sha256').update(prompt).digest('base64url');
      const number = this.#numbers.get(digest) ?? this.#numbers.size;
      this.#numbers.set(digest, number);
      this.#groups.push(number);
    }
  }

  /** The number of each row's prompt; undefined where a row had none. */
  toArray(): Int32Array<ArrayBuffer> | undefined {
    return this.#complete ? Int32Array.from(this.#groups) : undefined;
  }
}
