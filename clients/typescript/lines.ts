/** Characters that are gathered before a piece of a body is sent. */
const PIECE = 65_536;

/**
 * A body of NDJSON. A list is sent as a whole; what yields its lines one by one is sent while it does, in
 * constant memory, which Node can and browsers mostly cannot.
 */
export function writeLines(
  lines: Iterable<unknown> | AsyncIterable<unknown>,
): string | ReadableStream<Uint8Array> {
  if (Array.isArray(lines)) return lines.map(lineOf).join('');
  return streamOf(Symbol.asyncIterator in lines ? gatheredWhileTheyCome(lines) : gathered(lines));
}

/** The values of a body of NDJSON, while it arrives. Whoever stops early closes the connection. */
export async function* readLines(body: Response['body']): AsyncGenerator<unknown> {
  if (body === null) return;
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let pieces: string[] = [];
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      const [first = '', ...others] = read.value.split('\n');
      pieces.push(first);
      const last = others.pop();
      if (last === undefined) continue;
      yield* parsed([pieces.join(''), ...others]);
      pieces = [last];
    }
    yield* parsed([pieces.join('')]);
  } finally {
    await reader.cancel();
  }
}

function* parsed(lines: readonly string[]): Generator<unknown> {
  for (const line of lines) if (line.trim() !== '') yield JSON.parse(line);
}

const lineOf = (value: unknown): string => `${JSON.stringify(value)}\n`;

/** Lines that come without a wait go together; what is there goes on its way before the wait for another. */
async function* gatheredWhileTheyCome(lines: AsyncIterable<unknown>): AsyncGenerator<string> {
  const source = lines[Symbol.asyncIterator]();
  let piece = '';
  let waited = Promise.resolve(WAITED);
  try {
    for (;;) {
      const coming = source.next();
      if (piece !== '' && (await Promise.race([coming, waited])) === WAITED) {
        yield piece;
        piece = '';
      }
      const { done, value } = await coming;
      if (done) break;
      if (piece === '') waited = new Promise((resolve) => setTimeout(resolve, 0, WAITED));
      piece += lineOf(value);
      if (piece.length < PIECE) continue;
      // A source that never waits would leave no turn to what reads the answer.
      await waited;
      yield piece;
      piece = '';
    }
    if (piece !== '') yield piece;
  } finally {
    await source.return?.();
  }
}

const WAITED = Symbol('waited');

function* gathered(lines: Iterable<unknown>): Generator<string> {
  let piece = '';
  for (const line of lines) {
    piece += lineOf(line);
    if (piece.length < PIECE) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}

function streamOf(texts: Generator<string> | AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await texts.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      await texts.return(undefined);
    },
  });
}
