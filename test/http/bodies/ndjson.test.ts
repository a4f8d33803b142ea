import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Line, readLines } from '../../../src/http/bodies/ndjson.js';

async function* pieces(bytes: Buffer, cuts: readonly number[]): AsyncGenerator<Buffer> {
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  for (const [i, end] of ends.entries()) yield bytes.subarray(ends[i - 1] ?? 0, end);
}

/** Every line as its number and its value, or the code of its error. */
async function readAll(bytes: Buffer, cuts: readonly number[], longest = 1_000): Promise<unknown[][]> {
  const read: Line[] = [];
  for await (const lines of readLines(pieces(bytes, cuts), longest)) read.push(...lines);
  return read.map((line) => [line.number, 'error' in line ? line.error.code : line.value]);
}

/** The same by the definition: split at newlines, then JSON.parse. */
function expected(bytes: Buffer, longest: number): unknown[][] {
  return bytes
    .toString('latin1')
    .split('\n')
    .map((line, i) => [i + 1, Buffer.from(line, 'latin1')] as const)
    .flatMap(([number, line]) => {
      if (line.length > longest) return [[number, 'line-too-long']];
      if (Buffer.from(line.toString('utf8')).compare(line) !== 0) return [[number, 'not-utf-8']];
      if (line.toString('utf8').trim() === '') return [];
      try {
        return [[number, JSON.parse(line.toString('utf8'))]];
      } catch {
        return [[number, 'not-json']];
      }
    });
}

describe('lines are read', () => {
  const line = fc.oneof(
    fc.jsonValue().map((value) => Buffer.from(JSON.stringify(value))),
    fc
      .constantFrom('', ' ', '\r', '{"reward":1}\r', '{"a":', '1 2', 'x'.repeat(45), '"é"')
      .map((text) => Buffer.from(text)),
    fc.constant(Buffer.from([0x22, 0xff, 0x22])),
  );

  test('the same however the bytes arrive, each wrong one an error in its place', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(line), fc.boolean(), fc.array(fc.nat()), async (lines, ended, cuts) => {
        const newline = Buffer.from('\n');
        const all = lines.flatMap((each, i) => (i > 0 ? [newline, each] : [each]));
        const bytes = Buffer.concat(ended ? [...all, newline] : all);
        expect(await readAll(bytes, cuts, 40)).toEqual(expected(bytes, 40));
      }),
      { numRuns: 2_000 },
    );
  });

  test('and one that never ends is not kept', async () => {
    async function* endless(): AsyncGenerator<Buffer> {
      for (let i = 0; i < 10_000; i++) yield Buffer.alloc(65_536, 'x');
      yield Buffer.from('\n{"reward":1}\n');
    }
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    const codes: unknown[] = [];
    for await (const lines of readLines(endless(), 1_000_000)) {
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
      codes.push(...lines.map((each) => ('error' in each ? each.error.code : each.value)));
    }
    expect(codes).toEqual(['line-too-long', { reward: 1 }]);
    expect(most).toBeLessThan(200 * 1_024 * 1_024);
  });

  test('without letting a forbidden key through', async () => {
    const bytes = Buffer.from('{"a":"__proto__"}\n{"__proto__":{}}\n{"\\u005f_proto__":{}}\n');
    expect(await readAll(bytes, [])).toEqual([
      [1, { a: '__proto__' }],
      [2, 'forbidden-key'],
      [3, 'forbidden-key'],
    ]);
  });
});
