import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  countCodePoints,
  countLines,
  countMarkdown,
  countWords,
  isBuiltIn,
} from '../../../src/calibration/samples/characteristics.js';

interface Counted {
  text: string;
  chars: number;
  words: number;
  lines: number | null;
  markdown: number;
}

const counted: Counted[] = JSON.parse(
  readFileSync(new URL('../golden/characteristics.json', import.meta.url), 'utf8'),
);

describe('counts as Python does', () => {
  test.each(counted.map((golden) => [JSON.stringify(golden.text), golden] as const))('%s', (_, golden) => {
    const { text, chars, words, lines, markdown } = golden;
    expect(countCodePoints(text)).toBe(chars);
    expect(countWords(text)).toBe(words);
    if (lines !== null) expect(countLines(text)).toBe(lines);
    expect(countMarkdown(text)).toBe(markdown);
  });

  test('code points of any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(countCodePoints(text)).toBe([...text].length);
      }),
    );
  });
});

test('a name that every object inherits is not a built-in characteristic', () => {
  expect(['chars', 'toString', 'constructor', '__proto__'].map(isBuiltIn)).toEqual([
    true,
    false,
    false,
    false,
  ]);
});
