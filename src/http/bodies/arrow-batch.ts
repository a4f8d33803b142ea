import type { FieldNode } from 'apache-arrow/fb/field-node';
import type { RecordBatch } from 'apache-arrow/fb/record-batch';
import type { Unreadable } from '../../calibration/errors.js';
import { offsetsOf, type ValueFormat, VIEW_LENGTH } from './arrow-format.js';
import { brokenArrowRule } from './arrow-schema.js';
import { type ArrowMessage, notArrow, take } from './arrow-stream.js';

/** What one record batch holds of a column, where it stands in the body. */
export interface StoredColumn {
  readonly rows: number;
  /** A bit per row, from the lowest on: 0 where the value is null. Empty: none is. */
  readonly validity: Uint8Array<ArrayBuffer>;
  /** The numbers, offsets or views of so many rows, and no more. */
  readonly entries: Uint8Array<ArrayBuffer>;
  /** The bytes between offsets, or those that are viewed. */
  readonly texts: readonly Uint8Array<ArrayBuffer>[];
}

/** A field node and a range of a buffer are two 64-bit integers each. */
const STRUCT_LENGTH = 16;

/**
 * The columns of a record batch, or the one of a dictionary, in the order of their formats.
 *
 * @throws Unreadable `not-arrow` when the batch does not hold what the schema announced.
 * @throws InvalidInput when its buffers are compressed.
 */
export function columnsOf(
  { body, metadataLength }: ArrowMessage,
  batch: RecordBatch | null,
  formats: readonly ValueFormat[],
): StoredColumn[] {
  if (batch === null) throw corruptBatch();
  if (batch.compression() !== null) {
    throw brokenArrowRule(['columns'], 'must be written without compression of the buffers');
  }
  const counts = formats.map((format) => countBuffers(format, batch));
  checkCounts(batch, metadataLength, counts);
  let buffer = 0;
  const columns = formats.map((format, i) => {
    const buffers = buffersAt(body, batch, buffer, counts[i] ?? 0);
    buffer += buffers.length;
    return columnAt(batch, i, format, buffers);
  });
  checkSize(columns, body);
  return columns;
}

/** The refusal of a record batch that contradicts itself or the schema. */
export function corruptBatch(): Unreadable {
  return notArrow('a record batch of the Arrow stream is corrupt');
}

/** Whether the value of a row is null. */
export function isNull(validity: Uint8Array, row: number): boolean {
  return validity.length > 0 && (((validity[row >> 3] ?? 0) >> (row & 7)) & 1) === 0;
}

/** Whether no value is null. */
export function isComplete({ rows, validity }: StoredColumn): boolean {
  if (validity.length === 0) return true;
  const wholeBytes = rows >> 3;
  for (let i = 0; i < wholeBytes; i++) if (validity[i] !== 0xff) return false;
  for (let i = wholeBytes * 8; i < rows; i++) if (isNull(validity, i)) return false;
  return true;
}

/** One of validity, one of numbers or of offsets and text; of views, and as many texts as the batch says. */
function countBuffers(format: ValueFormat, batch: RecordBatch): number {
  if (format !== 'utf8-view') return typeof format === 'string' ? 3 : 2;
  // `groups` is the only column that may have views.
  const texts = Number(batch.variadicBufferCounts(0) ?? 0);
  if (texts < 0) throw corruptBatch();
  return 2 + texts;
}

function checkCounts(batch: RecordBatch, metadataLength: number, counts: readonly number[]): void {
  const nodes = batch.nodesLength();
  const buffers = batch.buffersLength();
  const expected = counts.reduce((total, count) => total + count, 0);
  const asAnnounced = nodes === counts.length && buffers === expected;
  if (!asAnnounced || (nodes + buffers) * STRUCT_LENGTH > metadataLength) throw corruptBatch();
}

function buffersAt(
  body: Uint8Array<ArrayBuffer>,
  batch: RecordBatch,
  first: number,
  length: number,
): Uint8Array<ArrayBuffer>[] {
  return Array.from({ length }, (_, i) => {
    const range = batch.buffers(first + i);
    return take(body, Number(range?.offset()), Number(range?.length()));
  });
}

function columnAt(
  batch: RecordBatch,
  i: number,
  format: ValueFormat,
  [bits = new Uint8Array(), entries = new Uint8Array(), ...texts]: readonly Uint8Array<ArrayBuffer>[],
): StoredColumn {
  const node = batch.nodes(i);
  const rows = Number(batch.length());
  if (node === null || Number(node.length()) !== rows) throw corruptBatch();
  const validity = validityOf(node, bits, rows);
  return { rows, validity, entries: take(entries, 0, entriesLength(format, rows)), texts };
}

/** A text ends where the next one starts, so there is one offset more than rows; none for no row. */
function entriesLength(format: ValueFormat, rows: number): number {
  if (typeof format !== 'string') return format.width * rows;
  if (format === 'utf8-view') return VIEW_LENGTH * rows;
  return rows === 0 ? 0 : offsetsOf(format).width * (rows + 1);
}

/** Some writers omit the bits where nothing is null, others never do: where there are bits, they decide. */
function validityOf(node: FieldNode, bits: Uint8Array<ArrayBuffer>, rows: number): Uint8Array<ArrayBuffer> {
  return bits.length === 0 && node.nullCount() === 0n ? bits : take(bits, 0, Math.ceil(rows / 8));
}

/** Columns that claim the same bytes would let a small body become many large columns. */
function checkSize(columns: readonly StoredColumn[], body: Uint8Array): void {
  let total = 0;
  for (const { entries, texts } of columns) {
    total += entries.length;
    for (const { length } of texts) total += length;
  }
  if (total > body.length) throw corruptBatch();
}
