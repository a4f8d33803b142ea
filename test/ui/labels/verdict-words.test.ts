import { expect, test } from 'vitest';
import { moreWords, verdictTitle } from '../../../src/ui/labels/verdict-words.js';

test.each([
  ['calibrate', 'strong', 'Calibrate (strong)'],
  ['calibrate', 'preliminary', 'Calibrate (preliminary)'],
  ['unclear', 'leaning', 'Not clear: half the strength risks less'],
  ['leave', 'leaning', 'Do not calibrate (leaning)'],
] as const)('%s and %s is the headline %j', (code, strength, title) => {
  expect(verdictTitle({ verdict: { code, strength, explanation: '' } })).toBe(title);
});

test.each([
  [0, /not needed/],
  [1, /1 further label to/],
  [12, /12 further labels to/],
])('%i further labels in words', (more, words) => {
  expect(moreWords(more)).toMatch(words);
});
