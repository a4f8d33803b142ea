import { MessageHeader } from 'apache-arrow/fb/message-header';
import { Unreadable } from '../../calibration/errors.js';
import { Violations } from '../../calibration/violations.js';
import { type Chunk, chunksOf } from './arrow-batch.js';
import { DOUBLE, FINITE, type NumberFormat } from './arrow-numbers.js';
import { type ArrowField, brokenArrowRule, fieldsOf } from './arrow-schema.js';
import { messagesOf, notArrow } from './arrow-stream.js';

/** Samples as columns of doubles of equal length, all finite. */
export interface ArrowColumns {
  readonly rewards: Float64Array<ArrayBuffer>;
  readonly characteristics: Readonly<Record<string, Float64Array<ArrayBuffer>>>;
  /** The prompt of each sample as a number, where the column is there and numeric. */
  readonly groups: Float64Array<ArrayBuffer> | undefined;
}

/** A column while its record batches are gathered. */
interface Column {
  readonly name: string;
  readonly format: NumberFormat;
  readonly chunks: Chunk[];
}

/**
 * Reads samples from an Arrow IPC stream: `rewards`, and one column per characteristic, of any integer or
 * floating-point type; also `groups`, where it is numeric. `groups` of another type is ignored.
 *
 * A float64 column in one record batch is not copied: it is a view of `body`, and may share its buffer with
 * other columns, so copy it before it is kept or transferred. Time and memory are linear in the size of the
 * body, whatever it claims: at most 8 bytes for each of its bytes.
 *
 * @throws Unreadable `empty-body`, or `not-arrow` for a body that is no stream, truncated or corrupt; never
 *   quotes the body.
 * @throws InvalidInput naming the places (up to MAX_VIOLATIONS) of columns that are missing, of another type
 *   or wrongly named, and of values that are null, not finite, or integers that no double holds exactly.
 */
export function readArrow(body: Uint8Array): ArrowColumns {
  if (body.length === 0) throw new Unreadable('empty-body', 'the body is empty');
  const columns = gather(plainBytes(body));
  const found = new Violations();
  const doubles = columns.map((column): [string, Float64Array<ArrayBuffer>] => [
    column.name,
    toDoubles(column, found),
  ]);
  found.refuse();
  const { rewards = new Float64Array(), groups, ...characteristics } = Object.fromEntries(doubles);
  if (rewards.length === 0) throw brokenArrowRule(['columns', 'rewards'], 'must not be empty');
  return { rewards, characteristics, groups };
}

/**
 * The bytes as a Uint8Array over a buffer that typed arrays can share: Buffer's `slice` works differently.
 */
function plainBytes({ buffer, byteOffset, length }: Uint8Array): Uint8Array<ArrayBuffer> {
  if (buffer instanceof ArrayBuffer) return new Uint8Array(buffer, byteOffset, length);
  return new Uint8Array(new Uint8Array(buffer, byteOffset, length));
}

function gather(bytes: Uint8Array<ArrayBuffer>): Column[] {
  const messages = messagesOf(bytes);
  const first = messages.next();
  if (first.done) throw notArrow('the Arrow stream does not start with a schema');
  const fields = fieldsOf(first.value);
  const columns = fields.flatMap(toColumn);
  for (const message of messages) {
    const type = message.metadata.headerType();
    // A dictionary belongs to `groups`: no other column may have one.
    if (type === MessageHeader.DictionaryBatch) continue;
    if (type !== MessageHeader.RecordBatch) throw notArrow('the Arrow stream holds more than record batches');
    for (const [i, chunk] of chunksOf(message, fields).entries()) columns[i]?.chunks.push(chunk);
  }
  return columns;
}

function toColumn({ name, format }: ArrowField): Column[] {
  return format === undefined ? [] : [{ name, format, chunks: [] }];
}

function toDoubles({ name, format, chunks }: Column, found: Violations): Float64Array<ArrayBuffer> {
  const doubles = inPlace(format, chunks) ?? convert(format, chunks);
  let start = 0;
  for (const chunk of chunks) {
    const end = start + chunk.rows;
    if (!isComplete(chunk) || !allFinite(doubles, start, end)) {
      addBadValues(name, format, chunk, doubles, start, found);
    }
    start = end;
  }
  return doubles;
}

/** The column in place in the body, if it is in one piece and of doubles. */
function inPlace(
  format: NumberFormat,
  [first, ...others]: readonly Chunk[],
): Float64Array<ArrayBuffer> | undefined {
  if (format !== DOUBLE || first === undefined || others.length > 0) return undefined;
  const { buffer, byteOffset } = first.numbers;
  if (byteOffset % Float64Array.BYTES_PER_ELEMENT !== 0) return undefined;
  return new Float64Array(buffer, byteOffset, first.rows);
}

function convert(format: NumberFormat, chunks: readonly Chunk[]): Float64Array<ArrayBuffer> {
  const doubles = new Float64Array(chunks.reduce((total, { rows }) => total + rows, 0));
  let at = 0;
  for (const { numbers, rows } of chunks) {
    format.convert(numbers, doubles, at);
    at += rows;
  }
  return doubles;
}

function isComplete({ rows, validity }: Chunk): boolean {
  if (validity.length === 0) return true;
  const wholeBytes = rows >> 3;
  for (let i = 0; i < wholeBytes; i++) if (validity[i] !== 0xff) return false;
  for (let i = wholeBytes * 8; i < rows; i++) if (isNull(validity, i)) return false;
  return true;
}

function isNull(validity: Uint8Array, i: number): boolean {
  return validity.length > 0 && (((validity[i >> 3] ?? 0) >> (i & 7)) & 1) === 0;
}

function allFinite(values: Float64Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (!Number.isFinite(values[i])) return false;
  return true;
}

function addBadValues(
  name: string,
  { rule }: NumberFormat,
  { rows, validity }: Chunk,
  doubles: Float64Array,
  start: number,
  found: Violations,
): void {
  for (let i = 0; i < rows && !found.isFull; i++) {
    if (isNull(validity, i)) found.add(['columns', name, start + i], FINITE);
    else if (!Number.isFinite(doubles[start + i])) found.add(['columns', name, start + i], rule);
  }
}
