import type { Violations } from '../../calibration/violations.js';
import { isComplete, isNull, type StoredColumn } from './arrow-batch.js';
import { DOUBLE, FINITE, type NumberFormat } from './arrow-numbers.js';

/** A column of numbers while its record batches are gathered. */
export class NumberColumn {
  readonly name: string;
  readonly #format: NumberFormat;
  readonly #parts: StoredColumn[] = [];

  constructor(name: string, format: NumberFormat) {
    this.name = name;
    this.#format = format;
  }

  /** Takes what the next record batch holds of it. */
  add(part: StoredColumn): void {
    this.#parts.push(part);
  }

  /**
   * The numbers of all batches. A float64 column in one batch is a view of the body. Numbers that are null,
   * or not finite doubles, are added to `found`.
   */
  read(found: Violations): Float64Array<ArrayBuffer> {
    const doubles = this.#inPlace() ?? this.#converted();
    let start = 0;
    for (const part of this.#parts) {
      const end = start + part.rows;
      if (!isComplete(part) || !allFinite(doubles, start, end)) this.#addBad(part, doubles, start, found);
      start = end;
    }
    return doubles;
  }

  /** The column in place in the body, if it is in one piece and of doubles. */
  #inPlace(): Float64Array<ArrayBuffer> | undefined {
    const [first, ...others] = this.#parts;
    if (this.#format !== DOUBLE || first === undefined || others.length > 0) return undefined;
    const { buffer, byteOffset } = first.entries;
    if (byteOffset % Float64Array.BYTES_PER_ELEMENT !== 0) return undefined;
    return new Float64Array(buffer, byteOffset, first.rows);
  }

  #converted(): Float64Array<ArrayBuffer> {
    const doubles = new Float64Array(this.#parts.reduce((total, { rows }) => total + rows, 0));
    let at = 0;
    for (const { rows, entries } of this.#parts) {
      this.#format.convert(entries, doubles, at);
      at += rows;
    }
    return doubles;
  }

  #addBad({ rows, validity }: StoredColumn, doubles: Float64Array, start: number, found: Violations): void {
    const placeOf = (i: number) => ['columns', this.name, start + i];
    for (let i = 0; i < rows && !found.isFull; i++) {
      if (isNull(validity, i)) found.add(placeOf(i), FINITE);
      else if (!Number.isFinite(doubles[start + i])) found.add(placeOf(i), this.#format.rule);
    }
  }
}

function allFinite(values: Float64Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (!Number.isFinite(values[i])) return false;
  return true;
}
