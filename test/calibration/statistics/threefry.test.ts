import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  compareWords,
  hashText,
  threefry,
  type Words,
  wordsOf,
} from '../../../src/calibration/statistics/threefry.js';

const hex = (words: Words) => words.map((word) => word.toString(16).padStart(8, '0')).join(' ');

describe('threefry', () => {
  // Random123's kat_vectors, "threefry2x32 20"; also in JAX's tests.
  test.each<[Words, Words, string]>([
    [[0, 0], [0, 0], '6b200159 99ba4efe'],
    [[0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff], '1cb996fc bb002be7'],
    [[0x13198a2e, 0x03707344], [0x243f6a88, 0x85a308d3], 'c4923a9c 483df7a0'],
  ])('of key %j and counter %j is the known answer', (key, counter, expected) => {
    expect(hex(threefry(key, counter))).toBe(expected);
  });

  test('changes each bit of its output with probability ½ when any bit of counter or key changes', () => {
    const flips = new Float64Array(64);
    const trials = 200;
    for (let bit = 0; bit < 128; bit++) {
      for (let trial = 0; trial < trials; trial++) {
        const words = [trial, 7, trial ^ 99, 3];
        const changed = words.slice();
        changed[bit >> 5] = (changed[bit >> 5] ?? 0) ^ (1 << (bit & 31));
        const [one, other] = [words, changed].map(([a = 0, b = 0, c = 0, d = 0]) =>
          threefry([a >>> 0, b >>> 0], [c >>> 0, d >>> 0]),
        ) as [Words, Words];
        for (let out = 0; out < 64; out++)
          flips[out] =
            (flips[out] ?? 0) + ((((one[out >> 5] ?? 0) ^ (other[out >> 5] ?? 0)) >>> (out & 31)) & 1);
      }
    }
    // 25,600 trials a bit: five standard deviations are 0.0157.
    for (const flipped of flips) expect(Math.abs(flipped / (128 * trials) - 0.5)).toBeLessThan(0.0157);
  });
});

describe('hashText', () => {
  test('is the same for the same text, and another for every other one', () => {
    const texts = fc.uniqueArray(fc.string({ unit: 'binary', maxLength: 12 }), { maxLength: 50 });
    fc.assert(
      fc.property(texts, (several) => {
        const hashes = new Set(several.map((text) => hex(hashText(text))));
        expect(hashes.size).toBe(several.length);
        for (const text of several) expect(hashText(text.slice())).toEqual(hashText(text));
      }),
    );
  });

  test('differs for texts that differ by zeros at the end, in their order or in one code unit', () => {
    const texts = [
      '',
      '\0',
      '\0\0',
      '\0\0\0\0\0',
      'ab',
      'ba',
      'abcdefgh',
      'efghabcd',
      '\ud83d',
      '\ude00',
      '😀',
    ];
    expect(new Set(texts.map((text) => hex(hashText(text)))).size).toBe(texts.length);
  });
});

test('compareWords orders numbers as numbers', () => {
  const whole = fc.maxSafeNat();
  fc.assert(
    fc.property(whole, whole, (a, b) => {
      expect(compareWords(wordsOf(a), wordsOf(b))).toBe(Math.sign(a - b));
    }),
  );
});
