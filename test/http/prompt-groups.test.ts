import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { groupsOf } from '../../src/calibration/samples.js';
import { DigestNumbers } from '../../src/http/digest-numbers.js';
import { PromptGroups } from '../../src/http/prompt-groups.js';

const rowsOf = (prompts: readonly (string | undefined)[]) =>
  prompts.map((prompt) => ({ reward: 1, ...(prompt !== undefined && { prompt }) }));

describe('prompts that come piece by piece', () => {
  test('get the numbers that they get all at once', () => {
    const prompts = fc.array(fc.oneof(fc.string(), fc.constantFrom('a', 'b', '')), { maxLength: 200 });
    fc.assert(
      fc.property(fc.array(prompts, { maxLength: 5 }), (pieces) => {
        const groups = new PromptGroups();
        for (const piece of pieces) groups.push(rowsOf(piece));
        expect(groups.toArray()).toEqual(groupsOf({ rows: rowsOf(pieces.flat()) }));
      }),
    );
  });

  test('get them also where there are thirty thousand, each twice', () => {
    const count = 30_000;
    const groups = new PromptGroups();
    for (let round = 0; round < 2; round++)
      for (let from = 0; from < count; from += 500)
        groups.push(rowsOf(Array.from({ length: 500 }, (_, i) => `${from + i}`)));
    expect(groups.toArray()).toEqual(Int32Array.from({ length: 2 * count }, (_, i) => i % count));
  });

  test('are not known where one row has none', () => {
    const groups = new PromptGroups();
    groups.push(rowsOf(['a', 'b']));
    groups.push(rowsOf(['a', undefined, 'b']));
    groups.push(rowsOf(['a']));
    expect(groups.toArray()).toBeUndefined();
  });
});

test('digests are the same only where both halves are', () => {
  const halves = fc.integer({ min: 0, max: 2 ** 32 - 1 });
  // Few different halves, so that digests share their table, their place and a half.
  const digests = fc
    .array(halves, { minLength: 1, maxLength: 4 })
    .chain((few) => fc.array(fc.tuple(fc.constantFrom(...few), fc.constantFrom(...few)), { maxLength: 300 }));
  fc.assert(
    fc.property(digests, (given) => {
      const numbers = new DigestNumbers();
      const names = [...new Set(given.map(String))];
      for (const [high, low] of given)
        expect(numbers.numberOf(high, low)).toBe(names.indexOf(`${high},${low}`));
    }),
  );
});
