import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LEADING_TOKENS, TRAILING_TOKENS } from '../../../src/sidecar/responses/chat-templates.js';
import { Tokens } from '../../../src/sidecar/responses/tokens.js';
import { CountedText } from '../../support/counted-text.js';

const LISTS = [TRAILING_TOKENS, LEADING_TOKENS, ['>', '<x>'], ['<x>', '>'], ['a', 'ab', 'ba'], [' a', 'a ']];

const text = fc
  .array(
    fc.oneof(
      fc.constantFrom(...TRAILING_TOKENS, ...LEADING_TOKENS),
      fc.constantFrom('a', 'b', 'ab', '<', '>', '<x>', '<|', '</', '🏆'),
      fc.constantFrom(...' \n\t\r\x1c\x85\xa0\u1680\u2000\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff'),
    ),
    { maxLength: 12 },
  )
  .map((pieces) => pieces.join(''));

/** By one piece cut at a time. */
function withoutTokensAtStart(given: string, tokens: readonly string[]): string {
  const rest = given.trimStart();
  const token = tokens.find((known) => rest.startsWith(known));
  return token === undefined ? rest : withoutTokensAtStart(rest.slice(token.length), tokens);
}

function withoutTokensAtEnd(given: string, tokens: readonly string[]): string {
  const rest = given.trimEnd();
  const token = tokens.find((known) => rest.endsWith(known));
  return token === undefined ? given : withoutTokensAtEnd(rest.slice(0, -token.length), tokens);
}

describe.each(LISTS.map((list) => [list] as const))('the tokens %j', (list) => {
  const tokens = new Tokens(list);

  test('at a place are passed as by cutting one after the other', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        expect((before + after).slice(tokens.pastThese(before + after, before.length))).toBe(
          withoutTokensAtStart(after, list),
        );
      }),
      { numRuns: 5_000 },
    );
  });

  test('at the end are cut as one after the other, and nothing before the start', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const whole = before + after;
        expect(whole.slice(before.length, tokens.endWithout(whole, before.length))).toBe(
          withoutTokensAtEnd(after, list),
        );
      }),
      { numRuns: 5_000 },
    );
  });
});

describe('each code unit is read a few times', () => {
  const tokens = new Tokens(TRAILING_TOKENS);
  const longest = Math.max(...TRAILING_TOKENS.map(({ length }) => length));

  test.each([
    ...['</s>', '</s> ', '<pad>', '[PAD]', '<|EOT|>', '<|finetune_right_pad_id|>'],
    ...['<', '>', '|>', '<|', '<|im_end|', 'im_end|>', ' ', '\n', '\u3000', 'a'],
  ])('where %j comes again and again', (piece) => {
    for (const length of [20_000, 1_200_000]) {
      const given = piece.repeat(length / piece.length);
      const fromStart = new CountedText(given);
      tokens.pastThese(fromStart, 0);
      expect(fromStart.reads).toBeLessThanOrEqual(2 * length + longest);
      const fromEnd = new CountedText(given);
      tokens.endWithout(fromEnd, 0);
      expect(fromEnd.reads).toBeLessThanOrEqual(2 * length + longest);
    }
  });
});
