import type { Violations } from '../../calibration/violations.js';
import { corruptBatch, type StoredColumn } from './arrow-batch.js';
import type { DictionaryFormat, ValueFormat } from './arrow-format.js';
import { GROUPS } from './arrow-schema.js';
import { findNulls, NOT_NULL } from './arrow-text-column.js';
import { numbersOf, textsOf } from './arrow-values.js';

/** A value of a dictionary; undefined where it is null. */
type Value = string | number | undefined;

/** What a record batch holds of the column, and the dictionary as it is then. */
interface Part extends StoredColumn {
  readonly values: readonly Value[];
  /** How many values there are then: later batches may add to them. */
  readonly known: number;
}

/** So many indices are converted at once: all of them could take eight times their bytes. */
const AT_ONCE = 65_536;

/**
 * The column `groups` where its values stand in a dictionary, while its batches are gathered. A value is
 * decoded once, and shared by the rows that have it.
 */
export class DictionaryColumn {
  readonly format: DictionaryFormat;
  readonly #parts: Part[] = [];
  #values: Value[] = [];

  constructor(format: DictionaryFormat) {
    this.format = format;
  }

  /**
   * Takes values for the record batches that follow: a new dictionary, or more values of the present one.
   *
   * @throws Unreadable `not-arrow` where offsets or views leave the bytes; `not-utf-8`.
   */
  addValues(stored: StoredColumn, isDelta: boolean): void {
    const values = valuesOf(stored, this.format.values);
    if (!isDelta) this.#values = values;
    else for (const value of values) this.#values.push(value);
  }

  /** Takes what the next record batch holds of it. */
  add(part: StoredColumn): void {
    this.#parts.push({ ...part, values: this.#values, known: this.#values.length });
  }

  /**
   * The values of the rows of all batches. Rows that are null, whose value is null or is no finite double are
   * added to `found` instead.
   *
   * @throws Unreadable `not-arrow` where an index is not in the dictionary.
   */
  read(found: Violations): (string | number)[] {
    this.findNulls(found);
    const all: (string | number)[] = [];
    if (!found.isEmpty) return all;
    let start = 0;
    for (const part of this.#parts) {
      this.#readPart(part, start, all, found);
      start += part.rows;
    }
    return all;
  }

  /** Adds the nulls of all batches to `found`, but not those in a dictionary; reads no value. */
  findNulls(found: Violations): void {
    findNulls(this.#parts, found);
  }

  #readPart(part: Part, start: number, all: (string | number)[], found: Violations): void {
    const { width, convert } = this.format.indices;
    const indices = new Float64Array(Math.min(part.rows, AT_ONCE));
    for (let first = 0; first < part.rows && !found.isFull; first += indices.length) {
      const last = Math.min(part.rows, first + indices.length);
      convert(part.entries.subarray(width * first, width * last), indices, 0);
      for (let row = first; row < last; row++) {
        const value = valueAt(part, indices[row - first] ?? Number.NaN);
        const broken = this.#ruleBrokenBy(value);
        if (broken !== undefined) found.add(['columns', GROUPS, start + row], broken);
        else if (value !== undefined) all.push(value);
      }
    }
  }

  #ruleBrokenBy(value: Value): string | undefined {
    if (value === undefined) return NOT_NULL;
    const { values } = this.format;
    return typeof values === 'string' || Number.isFinite(value) ? undefined : values.rule;
  }
}

function valueAt({ values, known }: Part, index: number): Value {
  // Also false of NaN.
  if (!(index >= 0 && index < known)) throw corruptBatch();
  return values[index];
}

function valuesOf(stored: StoredColumn, format: ValueFormat): Value[] {
  return typeof format === 'string'
    ? textsOf(stored, format, () => ['columns', GROUPS])
    : numbersOf(stored, format);
}
