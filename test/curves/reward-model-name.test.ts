import fc from 'fast-check';
import { expect, test } from 'vitest';
import { brokenNameRules, rewardModelName } from '../../src/curves/reward-model-name.js';

const piece = fc.constantFrom(
  ' ',
  'org/',
  'rm',
  'é',
  '😀',
  '\uD800',
  '\u0000',
  '\u202E',
  '\u2028',
  'x'.repeat(100),
);
const name = fc.oneof(
  fc.string(),
  fc.array(piece, { maxLength: 5 }).map((pieces) => pieces.join('')),
);

test('the rules that a name breaks are those that the schema names', () => {
  fc.assert(
    fc.property(name, (given) => {
      const { error } = rewardModelName.safeParse(given);
      expect(brokenNameRules(given)).toEqual((error?.issues ?? []).map(({ message }) => message));
    }),
  );
  expect(brokenNameRules('org/reward-model')).toEqual([]);
  expect(brokenNameRules('')).toEqual(['must not be empty']);
});
