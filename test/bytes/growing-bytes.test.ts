import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GrowingBytes } from '../../src/bytes/growing-bytes.js';

function collect(chunks: readonly Uint8Array[], expected: number): GrowingBytes {
  const bytes = new GrowingBytes(expected);
  for (const chunk of chunks) bytes.add(Buffer.from(chunk));
  return bytes;
}

describe('bytes that arrive in chunks', () => {
  test('are what came, in order, whatever was expected; and so is what becomes their own', () => {
    const anything = fc.array(fc.uint8Array({ maxLength: 40 }));
    fc.assert(
      fc.property(anything, fc.nat(2_000), (chunks, expected) => {
        const all = Buffer.concat(chunks);
        const bytes = collect(chunks, expected);
        expect(bytes.length).toBe(all.length);
        expect(Buffer.compare(bytes.view(), all)).toBe(0);
        expect(Buffer.compare(bytes.own(), all)).toBe(0);
        expect(bytes.own().buffer.byteLength).toBeLessThanOrEqual(Math.max(2 * all.length, 1));
      }),
    );
  });

  test('are not copied where one chunk is all, but for a buffer of their own', () => {
    const chunk = Buffer.from('from a pool that others share');
    const bytes = collect([], 1_000);
    bytes.add(chunk);
    expect(bytes.view().buffer).toBe(chunk.buffer);
    const own = bytes.own();
    expect(own.buffer).not.toBe(chunk.buffer);
    expect(own.buffer.byteLength).toBeLessThan(100);
  });

  test('of which each is one byte take a buffer of twice their size, made a few times', () => {
    const buffers = new Set<ArrayBufferLike>();
    const bytes = new GrowingBytes(Number.POSITIVE_INFINITY);
    const chunk = Buffer.from('a');
    for (let i = 0; i < 1_000_000; i++) {
      bytes.add(chunk);
      buffers.add(bytes.view().buffer);
    }
    expect(buffers.size).toBeLessThan(25);
    expect(bytes.own().buffer.byteLength).toBeLessThan(2_100_000);
  });

  test('never change a chunk that was lent', () => {
    const lent = Buffer.from('abc');
    const bytes = new GrowingBytes(100);
    bytes.add(lent.subarray(0, 1));
    bytes.add(Buffer.from('xyz'));
    expect(lent.toString()).toBe('abc');
  });
});
