import { isUtf8 } from 'node:buffer';

/** Decodes the text of a row that stands in some bytes, from `start` up to `end`. */
export type DecodeText = (bytes: Buffer, start: number, end: number, row: number) => string;

/** What the decoder puts in the place of bytes that are no UTF-8. */
const REPLACEMENT = '\uFFFD';

/** Text from UTF-8; undefined where it is not UTF-8, which the decoder would replace. */
export function decodeStrictly(bytes: Buffer, start: number, end: number): string | undefined {
  const text = bytes.toString('utf8', start, end);
  // Text may hold the character itself.
  return text.includes(REPLACEMENT) && !isUtf8(bytes.subarray(start, end)) ? undefined : text;
}

/** The same bytes as a Buffer. */
export function asBuffer({ buffer, byteOffset, length }: Uint8Array<ArrayBuffer>): Buffer {
  return Buffer.from(buffer, byteOffset, length);
}
