import type { Violations } from '../../calibration/violations.js';
import { isComplete, isNull, type StoredColumn } from './arrow-batch.js';
import type { TextFormat } from './arrow-format.js';
import { GROUPS } from './arrow-schema.js';
import { textsOf } from './arrow-values.js';

/** The rule for every prompt that is not a plain number. */
export const NOT_NULL = 'must not be null';

/** The column `groups` as text, while its record batches are gathered. */
export class TextColumn {
  readonly #format: TextFormat;
  readonly #parts: StoredColumn[] = [];

  constructor(format: TextFormat) {
    this.#format = format;
  }

  /** Takes what the next record batch holds of it. */
  add(part: StoredColumn): void {
    this.#parts.push(part);
  }

  /**
   * The texts of all batches. Nulls are added to `found`; then there are no texts.
   *
   * @throws Unreadable `not-arrow` where offsets or views leave the bytes; `not-utf-8` with its place.
   */
  read(found: Violations): string[] {
    this.findNulls(found);
    const all: string[] = [];
    if (!found.isEmpty) return all;
    for (const part of this.#parts) {
      const start = all.length;
      for (const text of textsOf(part, this.#format, (row) => ['columns', GROUPS, start + row]))
        if (text !== undefined) all.push(text);
    }
    return all;
  }

  /** Adds the nulls of all batches to `found`; reads no text. */
  findNulls(found: Violations): void {
    findNulls(this.#parts, found);
  }
}

/** Adds the nulls of the parts of a column `groups` to `found`. */
export function findNulls(parts: readonly StoredColumn[], found: Violations): void {
  let start = 0;
  for (const part of parts) {
    if (!isComplete(part)) addNulls(part, start, found);
    start += part.rows;
  }
}

function addNulls({ rows, validity }: StoredColumn, start: number, found: Violations): void {
  for (let row = 0; row < rows && !found.isFull; row++)
    if (isNull(validity, row)) found.add(['columns', GROUPS, start + row], NOT_NULL);
}
