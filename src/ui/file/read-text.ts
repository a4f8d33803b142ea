import { FileProblem } from './file-problem.js';

/** How a file is read. */
export interface Reading {
  readonly signal: AbortSignal;
  /** Called after every slice with the bytes read so far. */
  readonly onProgress?: (bytes: number) => void;
}

/** Small enough that a slice is parsed within some 50 ms, and the tab answers in between. */
const SLICE = 256 * 1024;

/**
 * The text of a UTF-8 file slice by slice, without its byte order mark. Characters that two slices share stay
 * whole.
 *
 * @throws FileProblem with the line of the first byte that is not UTF-8; an AbortError once the signal says
 *   so.
 */
export async function* readText(file: Blob, { signal, onProgress }: Reading): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 1;
  for (let from = 0; from < file.size; from += SLICE) {
    signal.throwIfAborted();
    const slice = await readBytes(file, from, from + SLICE);
    signal.throwIfAborted();
    const text = decode(decoder, slice, { isLast: from + SLICE >= file.size, line });
    line += countByte(slice, NEWLINE);
    yield text;
    onProgress?.(Math.min(from + SLICE, file.size));
  }
}

/** Some bytes of a file. */
export async function readBytes(file: Blob, from: number, to: number): Promise<Uint8Array> {
  try {
    return new Uint8Array(await file.slice(from, to).arrayBuffer());
  } catch {
    throw new FileProblem(
      'The file cannot be read any more: it was changed, moved or deleted. Choose it again.',
    );
  }
}

const NEWLINE = 0x0a;

function decode(
  decoder: TextDecoder,
  bytes: Uint8Array,
  { isLast, line }: { isLast: boolean; line: number },
): string {
  try {
    return decoder.decode(bytes, { stream: !isLast });
  } catch {
    const before = bytes.subarray(0, firstBad(bytes));
    throw new FileProblem(
      'this is not UTF-8. Save the file with the encoding UTF-8.',
      line + countByte(before, NEWLINE),
    );
  }
}

/** About where bytes stop being UTF-8; their beginning may belong to a character of the slice before. */
function firstBad(bytes: Uint8Array): number {
  const start = bytes.findIndex((byte) => (byte & 0xc0) !== 0x80);
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(Math.max(start, 0)));
  const good = text.slice(0, text.indexOf('\ufffd'));
  return Math.max(start, 0) + new TextEncoder().encode(good).length;
}

function countByte(bytes: Uint8Array, byte: number): number {
  let count = 0;
  for (let at = bytes.indexOf(byte); at >= 0; at = bytes.indexOf(byte, at + 1)) count++;
  return count;
}
