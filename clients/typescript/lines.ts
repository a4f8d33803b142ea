/** The values of a body of NDJSON, while it arrives. A caller that stops early closes the connection. */
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
