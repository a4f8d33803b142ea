import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { completionText, readCompletion } from '../../../src/http/labelled-pairs/completion-text.js';

const user = { role: 'user', content: 'How?' };
const says = (content: unknown) => ({ role: 'assistant', content });

describe('the text of a completion', () => {
  test.each([
    ['text', 'So.', 'So.'],
    ['nothing', undefined, undefined],
    ['null', null, undefined],
    ['the answer of a dialogue', [user, says('So.')], 'So.'],
    [
      'only the last answer: what stands before it is the prompt',
      [user, says('Or so?'), user, says('So.')],
      'So.',
    ],
    [
      'several messages after the last question',
      [user, says('So'), { role: 'tool', content: 'x' }, says('.')],
      'So.',
    ],
    ['an answer without content', [user, says(null), says(undefined)], ''],
    [
      'parts, of which some are null or images',
      [says([null, { type: 'image' }, { text: 'So' }, { text: null }, { text: '.' }])],
      'So.',
    ],
    ['a question without an answer', [says('Before.'), user], undefined],
    ['no message', [], undefined],
    [
      'other keys of messages',
      [
        { ...user, tool_calls: null },
        { ...says('So.'), reasoning_content: 'Hm.' },
      ],
      'So.',
    ],
    ['a role of its own', [{ role: 'developer', content: 'Be brief.' }, user, says('So.')], 'So.'],
  ])('is found in %s', (_, given, expected) => {
    expect(readCompletion(completionText.parse(given))).toBe(expected);
  });

  test('is the answer, whatever the dialogue before it', () => {
    const message = fc.record({
      role: fc.constantFrom('system', 'user', 'assistant', 'tool'),
      content: fc.string(),
    });
    fc.assert(
      fc.property(fc.array(message), fc.string(), (before, answer) => {
        expect(readCompletion([...before, user, says(answer) as { role: string; content: string }])).toBe(
          answer,
        );
      }),
    );
  });
});
