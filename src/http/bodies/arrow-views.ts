import { corruptBatch, isNull, type StoredColumn } from './arrow-batch.js';
import { VIEW_LENGTH } from './arrow-format.js';
import { asBuffer, type DecodeText } from './decode-text.js';

/** A shorter text stands in its view, after the length. */
const LONGEST_INLINE = 12;

/**
 * Views may overlap, so that their texts are far longer than the buffers that they stand in. Up to so many
 * times as long they are decoded row by row.
 */
const MOST_OVERLAP = 4;

/**
 * The texts that the views of a column show; undefined where a row is null. Where they are much longer than
 * the buffers that they stand in, rows with the same view share one text.
 *
 * @throws Unreadable `not-arrow` where a view leaves its buffer, or where even the different ones are more
 *   than four times as long as all buffers, as no writer makes them; as `decode`.
 */
export function viewedTexts(column: StoredColumn, decode: DecodeText): (string | undefined)[] {
  const { rows, validity } = column;
  const views = new Views(column, decode);
  const texts: (string | undefined)[] = [];
  for (let row = 0; row < rows; row++) texts.push(isNull(validity, row) ? undefined : views.textAt(row));
  return texts;
}

class Views {
  readonly #views: Buffer;
  readonly #buffers: readonly Buffer[];
  readonly #decode: DecodeText;
  /** Where the texts are too long to be decoded for every row. */
  readonly #shared: SharedTexts | undefined;

  constructor(column: StoredColumn, decode: DecodeText) {
    this.#views = asBuffer(column.entries);
    this.#buffers = column.texts.map(asBuffer);
    this.#decode = decode;
    const most = MOST_OVERLAP * this.#buffers.reduce((total, { length }) => total + length, 0);
    this.#shared = viewedBytes(column, this.#views) > most ? new SharedTexts(most) : undefined;
  }

  textAt(row: number): string {
    const at = row * VIEW_LENGTH;
    const length = this.#views.readInt32LE(at);
    if (length < 0) throw corruptBatch();
    if (length <= LONGEST_INLINE) return this.#decode(this.#views, at + 4, at + 4 + length, row);
    const bytes = this.#buffers[this.#views.readInt32LE(at + 8)];
    const start = this.#views.readInt32LE(at + 12);
    if (bytes === undefined || start < 0 || start + length > bytes.length) throw corruptBatch();
    if (this.#shared === undefined) return this.#decode(bytes, start, start + length, row);
    return this.#shared.textAt(bytes.byteOffset + start, length, () =>
      this.#decode(bytes, start, start + length, row),
    );
  }
}

/** The length of all texts outside of their views, counted anew for every row. */
function viewedBytes({ rows, validity }: StoredColumn, views: Buffer): number {
  let total = 0;
  for (let row = 0; row < rows; row++) {
    const length = views.readInt32LE(row * VIEW_LENGTH);
    if (length > LONGEST_INLINE && !isNull(validity, row)) total += length;
  }
  return total;
}

/** Texts by where they stand in the body, each decoded once. */
class SharedTexts {
  readonly #known = new Map<number | string, string>();
  /** Bytes that may still be decoded. */
  #left: number;

  constructor(most: number) {
    this.#left = most;
  }

  textAt(start: number, length: number, decode: () => string): string {
    const key = keyOf(start, length);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    this.#left -= length;
    if (this.#left < 0) throw corruptBatch();
    const text = decode();
    this.#known.set(key, text);
    return text;
  }
}

/** One number where both fit into the 53 bits of a double, which is faster than text. */
function keyOf(start: number, length: number): number | string {
  return length < 2 ** 20 && start < 2 ** 33 ? start * 2 ** 20 + length : `${start}+${length}`;
}
