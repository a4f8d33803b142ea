import { corruptBatch, isNull, type StoredColumn } from './arrow-batch.js';
import { VIEW_LENGTH } from './arrow-format.js';
import { asBuffer, type DecodeText } from './decode-text.js';

/** A shorter text stands in its view, after the length. */
const LONGEST_INLINE = 12;

/**
 * Different views may overlap, and so take far more memory than the bytes that they view; those that writers
 * make do not.
 */
const MOST_OVERLAP = 4;

/**
 * The texts that the views of a column show; undefined where a row is null. Rows with the same view share one
 * text, as their writer meant it. Together the different texts have at most four times the bytes that are
 * viewed, and 12 a row.
 *
 * @throws Unreadable `not-arrow` where a view leaves its buffer, or they overlap too much; as `decode`.
 */
export function viewedTexts(column: StoredColumn, decode: DecodeText): (string | undefined)[] {
  const { rows, validity } = column;
  const views = asBuffer(column.entries);
  const viewed = new ViewedTexts(column.texts, decode);
  const texts: (string | undefined)[] = [];
  for (let row = 0; row < rows; row++) {
    if (isNull(validity, row)) texts.push(undefined);
    else texts.push(textAt(views, row, viewed, decode));
  }
  return texts;
}

function textAt(views: Buffer, row: number, viewed: ViewedTexts, decode: DecodeText): string {
  const at = row * VIEW_LENGTH;
  const length = views.readInt32LE(at);
  if (length < 0) throw corruptBatch();
  if (length <= LONGEST_INLINE) return decode(views, at + 4, at + 4 + length, row);
  return viewed.textAt(views.readInt32LE(at + 8), views.readInt32LE(at + 12), length, row);
}

/** The texts outside of the views, each decoded once. */
class ViewedTexts {
  readonly #buffers: StoredColumn['texts'];
  readonly #decode: DecodeText;
  /** By where they stand. */
  readonly #known = new Map<number | string, string>();
  /** Bytes that may still be decoded. */
  #left: number;

  constructor(buffers: StoredColumn['texts'], decode: DecodeText) {
    this.#buffers = buffers;
    this.#decode = decode;
    this.#left = MOST_OVERLAP * buffers.reduce((total, { length }) => total + length, 0);
  }

  textAt(buffer: number, start: number, length: number, row: number): string {
    const bytes = this.#buffers[buffer];
    if (bytes === undefined || start < 0 || start + length > bytes.length) throw corruptBatch();
    const key = keyOf(bytes.byteOffset + start, length);
    const before = this.#known.get(key);
    if (before !== undefined) return before;
    this.#left -= length;
    if (this.#left < 0) throw corruptBatch();
    const text = this.#decode(asBuffer(bytes), start, start + length, row);
    this.#known.set(key, text);
    return text;
  }
}

/** One number where both fit into the 53 bits of a double, which is faster than text. */
function keyOf(start: number, length: number): number | string {
  return length < 2 ** 20 && start < 2 ** 33 ? start * 2 ** 20 + length : `${start}+${length}`;
}
