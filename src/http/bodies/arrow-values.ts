import { type Place, Unreadable } from '../../calibration/errors.js';
import { isNull, type StoredColumn } from './arrow-batch.js';
import type { TextFormat } from './arrow-format.js';
import type { NumberFormat } from './arrow-numbers.js';
import { textsBetweenOffsets } from './arrow-offset-texts.js';
import { viewedTexts } from './arrow-views.js';
import { decodeStrictly } from './decode-text.js';

/**
 * The texts of a column; undefined where a row is null.
 *
 * @param placeOf the place of a row in the request.
 * @throws Unreadable `not-arrow` where offsets or views leave the bytes; `not-utf-8` with its place.
 */
export function textsOf(
  column: StoredColumn,
  format: TextFormat,
  placeOf: (row: number) => Place,
): (string | undefined)[] {
  const decode = (bytes: Buffer, start: number, end: number, row: number) => {
    const text = decodeStrictly(bytes, start, end);
    if (text === undefined) throw notUtf8(placeOf(row));
    return text;
  };
  return format === 'utf8-view' ? viewedTexts(column, decode) : textsBetweenOffsets(column, format, decode);
}

/** The numbers of a column; undefined where a row is null. */
export function numbersOf(
  { rows, entries, validity }: StoredColumn,
  { convert }: NumberFormat,
): (number | undefined)[] {
  const doubles = new Float64Array(rows);
  convert(entries, doubles, 0);
  const numbers: (number | undefined)[] = [];
  for (let row = 0; row < rows; row++) numbers.push(isNull(validity, row) ? undefined : doubles[row]);
  return numbers;
}

function notUtf8(path: Place): Unreadable {
  return new Unreadable('not-utf-8', 'a text of the column "groups" is not UTF-8', [
    { path, message: 'must be UTF-8' },
  ]);
}
