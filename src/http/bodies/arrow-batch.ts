import { RecordBatch } from 'apache-arrow/fb/record-batch';
import type { NumberFormat } from './arrow-numbers.js';
import { type ArrowField, brokenArrowRule } from './arrow-schema.js';
import { type ArrowMessage, notArrow, take } from './arrow-stream.js';

/** The numbers of one column in one record batch, where they stand in the body. */
export interface Chunk {
  readonly rows: number;
  /** `rows` numbers in the format of the column. */
  readonly numbers: Uint8Array<ArrayBuffer>;
  /** A bit per row, from the lowest on: 0 where the number is null. Empty: none is. */
  readonly validity: Uint8Array<ArrayBuffer>;
}

/** A field node and a range of a buffer are two 64-bit integers each. */
const STRUCT_LENGTH = 16;

/** A column of numbers has a buffer of validity and one of values. */
const BUFFERS = 2;

/**
 * The columns of numbers in a record batch, in the order of `fields`.
 *
 * @throws Unreadable `not-arrow` when the batch does not hold what the schema announced.
 * @throws InvalidInput when its buffers are compressed.
 */
export function chunksOf(message: ArrowMessage, fields: readonly ArrowField[]): Chunk[] {
  const batch: RecordBatch | null = message.metadata.header(new RecordBatch());
  if (batch === null) throw corrupt();
  if (batch.compression() !== null) {
    throw brokenArrowRule(['columns'], 'must be written without compression of the buffers');
  }
  checkCounts(batch, message.metadataLength, fields);
  const rows = Number(batch.length());
  const groupsAt = fields.findIndex(({ format }) => format === undefined);
  if (groupsAt !== -1) checkRows(batch, groupsAt, rows);
  const chunks: Chunk[] = [];
  for (const [i, { format }] of fields.entries()) {
    if (format === undefined) continue;
    chunks.push(chunkAt(message.body, batch, placeOf(i, batch, fields, groupsAt), rows, format));
  }
  checkSize(chunks, message.body);
  return chunks;
}

/** Where the node and the first buffer of a column are listed. */
interface Listed {
  readonly node: number;
  readonly buffer: number;
}

/**
 * Columns of numbers take one node and two buffers each. How many `groups` takes depends on its type, so the
 * columns after it are counted from the end.
 */
function placeOf(i: number, batch: RecordBatch, { length }: readonly ArrowField[], groupsAt: number): Listed {
  if (groupsAt === -1 || i < groupsAt) return { node: i, buffer: BUFFERS * i };
  return { node: batch.nodesLength() - (length - i), buffer: batch.buffersLength() - BUFFERS * (length - i) };
}

function checkCounts(batch: RecordBatch, metadataLength: number, fields: readonly ArrowField[]): void {
  const nodes = batch.nodesLength();
  const buffers = batch.buffersLength();
  const numeric = fields.filter(({ format }) => format !== undefined).length;
  const asAnnounced =
    numeric === fields.length
      ? nodes === numeric && buffers === BUFFERS * numeric
      : nodes > numeric && buffers >= BUFFERS * numeric;
  if (!asAnnounced || (nodes + buffers) * STRUCT_LENGTH > metadataLength) throw corrupt();
}

function checkRows(batch: RecordBatch, node: number, rows: number): void {
  if (Number(batch.nodes(node)?.length()) !== rows) throw corrupt();
}

function chunkAt(
  body: Uint8Array<ArrayBuffer>,
  batch: RecordBatch,
  { node, buffer }: Listed,
  rows: number,
  { width }: NumberFormat,
): Chunk {
  checkRows(batch, node, rows);
  const numbers = take(bufferAt(body, batch, buffer + 1), 0, rows * width);
  return { rows, numbers, validity: validityAt(body, batch, { node, buffer }, rows) };
}

/** Some writers omit the bits where nothing is null, others never do: where there are bits, they decide. */
function validityAt(
  body: Uint8Array<ArrayBuffer>,
  batch: RecordBatch,
  { node, buffer }: Listed,
  rows: number,
): Uint8Array<ArrayBuffer> {
  const bits = bufferAt(body, batch, buffer);
  const hasNulls = batch.nodes(node)?.nullCount() !== 0n;
  return bits.length === 0 && !hasNulls ? bits : take(bits, 0, Math.ceil(rows / 8));
}

function bufferAt(body: Uint8Array<ArrayBuffer>, batch: RecordBatch, i: number): Uint8Array<ArrayBuffer> {
  const range = batch.buffers(i);
  return take(body, Number(range?.offset()), Number(range?.length()));
}

/** Columns that claim the same bytes would let a small body become many large columns. */
function checkSize(chunks: readonly Chunk[], body: Uint8Array): void {
  if (chunks.reduce((total, { numbers }) => total + numbers.length, 0) > body.length) throw corrupt();
}

function corrupt(): Error {
  return notArrow('a record batch of the Arrow stream is corrupt');
}
