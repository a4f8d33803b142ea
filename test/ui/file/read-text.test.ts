import { expect, test } from 'vitest';
import { readText } from '../../../src/ui/file/read-text.js';
import { fileOf, READING } from './files.js';

const SLICE = 256 * 1024;

async function join(file: File): Promise<string> {
  let text = '';
  for await (const piece of readText(file, READING)) text += piece;
  return text;
}

test('characters that two slices share stay whole', async () => {
  const text = `${'x'.repeat(SLICE - 2)}😀é${'y'.repeat(SLICE)}`;
  expect(await join(fileOf(text))).toBe(text);
});

test('a byte order mark is no part of the text', async () => {
  expect(await join(fileOf('\ufeffa,b\n'))).toBe('a,b\n');
});

test('the line of what is not UTF-8 is named, in the first slice and in a later one', async () => {
  const bad = (before: string) =>
    fileOf(new Uint8Array([...new TextEncoder().encode(before), 0xe9, 0x0a, 0x61, 0x0a]));
  await expect(join(bad('a\nb\nc'))).rejects.toThrow(/^Line 3: this is not UTF-8/);
  await expect(join(bad(`${'é\n'.repeat(SLICE / 3)}x\ny`))).rejects.toThrow(
    `Line ${Math.floor(SLICE / 3) + 2}: `,
  );
});

test('progress comes in bytes, and a cancelled reading stops', async () => {
  const abort = new AbortController();
  const seen: number[] = [];
  const reading = {
    signal: abort.signal,
    onProgress: (bytes: number) => {
      seen.push(bytes);
      if (bytes > SLICE) abort.abort();
    },
  };
  const read = async () => {
    for await (const _ of readText(fileOf('é'.repeat(2 * SLICE)), reading));
  };
  await expect(read()).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
  expect(seen).toEqual([SLICE, 2 * SLICE]);
});
