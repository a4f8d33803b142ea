import { expect, test } from 'vitest';
import { chanceWords, isFirstLook, moreWords, verdictTitle } from '../../../src/ui/labels/verdict-words.js';

test.each([
  ['calibrate', 'strong', 'Calibrate (strong)'],
  ['calibrate', 'preliminary', 'Calibrate (preliminary)'],
  ['unclear', 'leaning', 'Not clear: half the strength risks less'],
  ['leave', 'leaning', 'Do not calibrate (leaning)'],
] as const)('%s and %s is the headline %j', (code, strength, title) => {
  expect(verdictTitle({ verdict: { code, strength, explanation: '' } })).toBe(title);
});

test('fewer than ten labels are a first look', () => {
  expect([0, 9, 10].map((labels) => isFirstLook({ labels }))).toEqual([true, true, false]);
});

test.each([
  [0, /not needed/],
  [1, /1 further label to/],
  [12, /12 further labels to/],
])('%i further labels in words', (more, words) => {
  expect(moreWords(more)).toMatch(words);
});

test.each([
  [0.9987, 'more than 99\u00a0%'],
  [0.96, '96\u00a0%'],
  [0.5, '50\u00a0%'],
  [0.004, 'less than 1\u00a0%'],
])('the chance %d is %s', (probability, words) => {
  expect(chanceWords(probability)).toBe(words);
});
