import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { firstOccurrence, overlap, Prefixes } from '../../../src/sidecar/responses/text-search.js';
import { CountedText } from '../../support/counted-text.js';

/** Texts that nearly repeat themselves. */
const repetitive = (lengths: { minLength?: number; maxLength: number }) =>
  fc.string({
    unit: fc.oneof(
      { arbitrary: fc.constant('a'), weight: 20 },
      { arbitrary: fc.constantFrom('b', '\n', '日'), weight: 1 },
    ),
    ...lengths,
  });

test('the first occurrence of a pattern of any length is found, or none', () => {
  fc.assert(
    fc.property(
      repetitive({ maxLength: 300 }),
      repetitive({ minLength: 1, maxLength: 120 }),
      repetitive({ maxLength: 60 }),
      fc.boolean(),
      (before, pattern, after, contained) => {
        const text = before + (contained ? pattern : '') + after;
        expect(firstOccurrence(text, pattern)).toBe(text.indexOf(pattern));
      },
    ),
    { numRuns: 10_000 },
  );
});

/** Patterns that agree with much of a text, wherever they are put in it. */
const ADVERSARIAL = [
  ['a second letter that differs', 'a', (half: string) => `ab${half}`],
  ['a first letter that differs', 'a', (half: string) => `b${half}`],
  ['a letter in the middle that differs', 'a', (half: string) => `${half}b${half}`],
  ['a last letter that differs', 'a', (half: string) => `${half}b`],
  ['a period that ends otherwise', '<s>', (half: string) => `${half}<s`],
  ['nothing that differs', 'ab', (half: string) => half],
] as const;

describe('each code unit is read a few times for a pattern with', () => {
  test.each(ADVERSARIAL)('%s', (_, piece, patternOf) => {
    for (const length of [6_000, 600_000]) {
      const text = piece.repeat(length / piece.length);
      const pattern = patternOf(piece.repeat(length / piece.length / 3));
      const searched = new CountedText(text);
      expect(firstOccurrence(searched, pattern)).toBe(text.startsWith(pattern) ? 0 : -1);
      // The probe of 64 code units is searched for; then eight places are compared.
      expect(searched.reads).toBeLessThanOrEqual(75 * (text.length + pattern.length));

      const end = new CountedText(pattern);
      const beginning = new CountedText(text);
      overlap(end, beginning, 0);
      expect(end.reads + beginning.reads).toBeLessThanOrEqual(2 * (text.length + pattern.length));

      const compared = new CountedText(pattern);
      const prefixes = new Prefixes(compared);
      let matched = 0;
      for (let i = 0; i < text.length; i++) matched = prefixes.advance(matched, text.charCodeAt(i));
      expect(compared.reads).toBeLessThanOrEqual(4 * (text.length + pattern.length));
    }
  });
});
