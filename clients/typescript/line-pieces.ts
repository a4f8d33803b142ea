import type { Pieces } from './upload.js';

/** Characters that are gathered before a piece of a body is sent. */
const PIECE = 65_536;

/** Milliseconds after which what was gathered is sent, however little it is. */
const LONGEST = 10;

const WAITED = Symbol('waited');

/**
 * A body of NDJSON. A list is sent as a whole; what yields its lines one by one is sent while it does, in
 * constant memory, which Node can and browsers mostly cannot.
 */
export function writeLines(lines: Iterable<unknown> | AsyncIterable<unknown>): string | Pieces {
  if (Array.isArray(lines)) return lines.map(lineOf).join('');
  return Symbol.asyncIterator in lines ? piecesWhileTheyCome(lines) : piecesOf(lines);
}

const lineOf = (value: unknown): string => `${JSON.stringify(value)}\n`;

/** A turn of the event loop: without one, nothing would send what was gathered or read the answer. */
const turn = () => new Promise<typeof WAITED>((resolve) => setTimeout(resolve, 0, WAITED));

const isEnough = (piece: string, begun: number) =>
  piece.length >= PIECE || performance.now() - begun >= LONGEST;

/** A source that never waits: a turn of the event loop goes with every piece. */
function piecesOf(lines: Iterable<unknown>): Pieces {
  const source = lines[Symbol.iterator]();
  const encoder = new TextEncoder();
  let waited: Promise<unknown> = Promise.resolve();
  let isStopped = false;
  return {
    async next() {
      await waited;
      if (isStopped) return undefined;
      waited = turn();
      const begun = performance.now();
      let piece = '';
      do {
        const { done, value } = source.next();
        if (done) return piece === '' ? undefined : encoder.encode(piece);
        piece += lineOf(value);
      } while (!isEnough(piece, begun));
      return encoder.encode(piece);
    },
    async stop() {
      isStopped = true;
      source.return?.();
    },
  };
}

/** Lines that come without a wait go together; what is there goes on its way before the wait for another. */
function piecesWhileTheyCome(lines: AsyncIterable<unknown>): Pieces {
  const source = lines[Symbol.asyncIterator]();
  const encoder = new TextEncoder();
  /** Asked of the source, and not here yet or not in a piece. */
  let coming: Promise<IteratorResult<unknown>> | undefined;
  let isStopped = false;
  return {
    async next() {
      let piece = '';
      let begun = 0;
      let waited: Promise<typeof WAITED> | undefined;
      while (!isStopped) {
        coming ??= source.next();
        if (waited !== undefined && (await Promise.race([coming, waited])) === WAITED) break;
        const { done, value } = await coming;
        coming = undefined;
        if (done) return piece === '' ? undefined : encoder.encode(piece);
        if (waited === undefined) {
          begun = performance.now();
          waited = turn();
        }
        piece += lineOf(value);
        if (!isEnough(piece, begun)) continue;
        // A source that never waits would leave no turn to what reads the answer.
        await waited;
        break;
      }
      return encoder.encode(piece);
    },
    async stop() {
      isStopped = true;
      const stopped = Promise.resolve(source.return?.());
      if (coming === undefined) await stopped;
      // A source that is waited for may never go on, or only after what its caller does next. What it then
      // throws is no one's: its line is not wanted any more.
      else stopped.catch(() => undefined);
    },
  };
}
