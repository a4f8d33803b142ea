import { isAscii } from 'node:buffer';
import { corruptBatch, isNull, type StoredColumn } from './arrow-batch.js';
import { offsetsOf } from './arrow-format.js';
import { asBuffer, type DecodeText } from './decode-text.js';

/** So many texts are decoded together where they are ASCII: that takes a third of decoding each. */
const TOGETHER = 1_024;

/** A longer stretch is decoded text by text: a string may not have any length. */
const LONGEST_TOGETHER = 1 << 20;

/**
 * The texts between offsets; undefined where a row is null. They overlap nowhere, so that together they are
 * no longer than the bytes that hold them.
 *
 * @throws Unreadable `not-arrow` where offsets fall or leave the bytes; as `decode`.
 */
export function textsBetweenOffsets(
  column: StoredColumn,
  format: 'utf8' | 'large-utf8',
  decode: DecodeText,
): (string | undefined)[] {
  const [given = new Uint8Array()] = column.texts;
  const bytes = asBuffer(given);
  const offsets = readOffsets(column, format, bytes.length);
  const texts: (string | undefined)[] = [];
  for (let first = 0; first < column.rows; first += TOGETHER) {
    const last = Math.min(column.rows, first + TOGETHER);
    const from = offsets[first] ?? 0;
    const ascii = asciiBetween(bytes, from, offsets[last] ?? 0);
    for (let row = first; row < last; row++) {
      const start = offsets[row] ?? 0;
      const end = offsets[row + 1] ?? 0;
      if (isNull(column.validity, row)) texts.push(undefined);
      else texts.push(ascii?.substring(start - from, end - from) ?? decode(bytes, start, end, row));
    }
  }
  return texts;
}

/** Where each text starts and the last one ends: rising, and within the bytes. */
function readOffsets(
  { rows, entries }: StoredColumn,
  format: 'utf8' | 'large-utf8',
  length: number,
): Float64Array {
  const offsets = new Float64Array(rows === 0 ? 0 : rows + 1);
  offsetsOf(format).convert(entries, offsets, 0);
  let before = 0;
  for (let i = 0; i < offsets.length; i++) {
    const offset = offsets[i] ?? 0;
    // Also false of NaN.
    if (!(offset >= before)) throw corruptBatch();
    before = offset;
  }
  if (before > length) throw corruptBatch();
  return offsets;
}

function asciiBetween(bytes: Buffer, from: number, to: number): string | undefined {
  if (to - from > LONGEST_TOGETHER || !isAscii(bytes.subarray(from, to))) return undefined;
  return bytes.toString('latin1', from, to);
}
