import { array, asyncProperty, assert as check, constantFrom, integer, jsonValue } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { writeLines } from '../../../clients/typescript/line-pieces.js';
import { readLines } from '../../../clients/typescript/lines.js';
import { Upload } from '../../../clients/typescript/upload.js';

/** A body in pieces of so many bytes: they may end within a character. */
function inPieces(text: string, size: number): ReadableStream<Uint8Array<ArrayBuffer>> {
  const bytes = new TextEncoder().encode(text);
  return new ReadableStream({
    start(controller) {
      for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size));
      controller.close();
    },
  });
}

type Lines = Parameters<typeof writeLines>[0];

const textOf = (lines: Lines) => new Response(bodyOf(lines)).text();

function bodyOf(lines: Lines): string | ReadableStream<Uint8Array<ArrayBuffer>> {
  const { body } = new Upload(writeLines(lines));
  if (body instanceof Uint8Array) throw new Error('lines are text');
  return body as string | ReadableStream<Uint8Array<ArrayBuffer>>;
}

async function* oneByOne<Value>(values: readonly Value[], pause: number): AsyncGenerator<Value> {
  for (const value of values) {
    if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
    yield value;
  }
}

describe('lines', () => {
  test('are read as they were written, from a list, a generator or a source that waits, in any pieces', async () => {
    const values = array(jsonValue(), { maxLength: 20 });
    const property = asyncProperty(
      values,
      integer({ min: 1, max: 50 }),
      constantFrom(0, 1),
      async (lines, size, pause) => {
        const expected = lines.map((line) => JSON.stringify(line));
        for (const source of [lines, lines.values(), oneByOne(lines, pause)]) {
          const text = await textOf(source);
          const read: unknown[] = [];
          for await (const value of readLines(inPieces(text, size))) read.push(value);
          expect(read.map((line) => JSON.stringify(line))).toEqual(expected);
        }
      },
    );
    await check(property, { numRuns: 50 });
  });

  test('of many megabytes come in order, also from a source that never waits', async () => {
    const lines = Array.from({ length: 100_000 }, (_, i) => ({ reward: i, response: 'x'.repeat(i % 97) }));
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    expect(await textOf(lines.values())).toBe(text);
    expect(await textOf(oneByOne(lines, 0))).toBe(text);
  });

  test('go on their way before the source waits for more', async () => {
    const body = bodyOf(
      (async function* () {
        yield 1;
        yield 2;
        await new Promise(() => undefined);
      })(),
    );
    if (typeof body === 'string') throw new Error('a source that waits makes a stream');
    const { value } = await body.getReader().read();
    expect(new TextDecoder().decode(value)).toBe('1\n2\n');
  });

  test('pass on what the source throws, and end it when the body is not wanted any more', async () => {
    const failing = (async function* () {
      yield 1;
      throw new Error('no more');
    })();
    await expect(textOf(failing)).rejects.toThrow('no more');
    let ended = false;
    const endless = (function* () {
      try {
        for (;;) yield 1;
      } finally {
        ended = true;
      }
    })();
    const body = bodyOf(endless);
    if (typeof body === 'string') throw new Error('a generator makes a stream');
    const reader = body.getReader();
    await reader.read();
    await reader.cancel();
    expect(ended).toBe(true);
  });

  test('of an empty or missing body are none, and the last needs no line end', async () => {
    const read = async (body: Parameters<typeof readLines>[0]) => {
      const values: unknown[] = [];
      for await (const value of readLines(body)) values.push(value);
      return values;
    };
    expect(await read(null)).toEqual([]);
    expect(await read(inPieces('', 1))).toEqual([]);
    expect(await read(inPieces('{"a":1}\n\n2', 3))).toEqual([{ a: 1 }, 2]);
  });
});
