import type { HeldBytes } from '../../bytes/byte-budget.js';
import { withoutByteOrderMark } from '../../bytes/byte-order-mark.js';
import { GrowingBytes } from '../../bytes/growing-bytes.js';
import { refuseHeavyJson, WEIGHED_FROM_BYTES } from '../../bytes/json-weight.js';
import { ServiceError, Unreadable } from '../../calibration/errors.js';
import { decodeUtf8, mayHoldForbiddenKey, parseJsonText } from './json.js';
import { noRoom } from './no-room.js';
import { StreamTurns } from './stream-turns.js';

/** The media type of JSON lines, in which they are answered. */
export const NDJSON = 'application/x-ndjson';

/** None of its names is registered: what programs send. */
export const NDJSON_TYPES = [
  NDJSON,
  'application/ndjson',
  'application/jsonl',
  'application/x-jsonl',
  'application/jsonlines',
  'application/x-jsonlines',
];

/** Whether a `content-type` names it: in any letter case, with or without parameters. */
export function isNdjson(contentType: string | undefined): boolean {
  if (contentType === undefined || contentType === 'application/json') return false;
  return NDJSON_TYPES.includes(contentType.split(';')[0]?.trim().toLowerCase() ?? '');
}

/** One line that is not blank: its number, counted from 1, and its value, or why it cannot be read. */
export type Line = { readonly number: number } & (
  | { readonly value: unknown }
  | { readonly error: ServiceError }
);

const NEWLINE = 10;

/**
 * Reads newline-delimited JSON as it arrives: for every chunk, the lines that it completed, in order and a
 * few at a time, without blank ones. A line that cannot be read, or is longer than `longest` bytes, becomes
 * an error in its place, and the lines after it are still read. Holds no more than one chunk and one line.
 *
 * @param held what this body holds of the bytes in flight; a line for which there is no room becomes an
 *   error.
 * @param turns those of all streams.
 */
export async function* readLines(
  chunks: AsyncIterable<Buffer>,
  longest: number,
  held?: HeldBytes | null,
  turns = new StreamTurns(),
): AsyncGenerator<readonly Line[]> {
  let pending = new GrowingBytes(longest);
  let pendingLength = 0;
  let refusal: ServiceError | undefined;
  let number = 1;
  for await (const chunk of chunks) {
    let from = 0;
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    if (end > 0) {
      if (refusal !== undefined) {
        yield [{ number: number++, error: refusal }];
        from = chunk.indexOf(NEWLINE) + 1;
      }
      if (from < end) {
        pending.add(chunk.subarray(from, end - 1));
        number = yield* readBlock(blockAt(number, pending), longest, number, turns);
      }
      pending = new GrowingBytes(longest);
      pendingLength = 0;
      refusal = undefined;
      from = end;
    }
    pendingLength += chunk.length - from;
    if (pendingLength > longest) refusal = tooLong(longest);
    else if (held?.set(pendingLength) === false) refusal ??= noRoom();
    // Of a line that is refused, only the length is kept.
    if (refusal === undefined) pending.add(chunk.subarray(from));
    else pending = new GrowingBytes(longest);
  }
  if (refusal !== undefined) yield [{ number, error: refusal }];
  else if (pendingLength > 0) yield* readBlock(blockAt(number, pending), longest, number, turns);
}

/** The block whose first line has this number. */
function blockAt(number: number, pending: GrowingBytes): Buffer {
  return number === 1 ? withoutByteOrderMark(pending.view()) : pending.view();
}

/**
 * How many lines are read before others get their turn: a wrong line takes thirty microseconds to explain.
 */
const TOGETHER = 512;

/**
 * The lines of a block, which does not end with a newline, without blank ones. They come a few hundred at a
 * time, so that a chunk of very short lines is not held as values and answers all at once. Returns the number
 * of the line after the block.
 */
async function* readBlock(
  block: Buffer,
  longest: number,
  number: number,
  turns: StreamTurns,
): AsyncGenerator<readonly Line[], number> {
  const suspicious = mayHoldForbiddenKey(block);
  const texts = decodeLines(block, longest);
  for (let from = 0; from < texts.length; from += TOGETHER) {
    await turns.next();
    const lines = texts.slice(from, from + TOGETHER);
    yield lines.flatMap((text, i) => readLine(text, suspicious, number + from + i));
  }
  return number + texts.length;
}

/** A line, or none where it is blank. */
function readLine(text: string | ServiceError, suspicious: boolean, number: number): Line[] {
  if (text instanceof ServiceError) return [{ number, error: text }];
  if (text.trim() === '') return [];
  try {
    return [{ number, value: parseJsonText(text, suspicious) }];
  } catch (error) {
    if (error instanceof ServiceError) return [{ number, error }];
    throw error;
  }
}

/** The text of every line. All are decoded at once, unless one may be too long or heavy, or is not UTF-8. */
function decodeLines(block: Buffer, longest: number): (string | ServiceError)[] {
  const text = block.length < Math.min(longest, WEIGHED_FROM_BYTES) ? decodeOrExplain(block) : undefined;
  if (typeof text === 'string') return text.split('\n');
  return splitLines(block).map((line) => (line.length > longest ? tooLong(longest) : decodeOrExplain(line)));
}

function decodeOrExplain(bytes: Buffer): string | ServiceError {
  try {
    refuseHeavyJson(bytes);
    return decodeUtf8(bytes);
  } catch (error) {
    if (error instanceof ServiceError) return error;
    throw error;
  }
}

function splitLines(block: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  let from = 0;
  for (let end = block.indexOf(NEWLINE); end >= 0; end = block.indexOf(NEWLINE, from)) {
    lines.push(block.subarray(from, end));
    from = end + 1;
  }
  return [...lines, block.subarray(from)];
}

function tooLong(longest: number): ServiceError {
  return new Unreadable('line-too-long', `the line is longer than ${longest} bytes (LINE_LIMIT)`);
}
