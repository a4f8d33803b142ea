import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ResponseRecovery } from '../../../src/sidecar/responses/response-recovery.js';
import { turnMarks } from '../../../src/sidecar/responses/turn-marks.js';
import { FAMILIES, renderFamily, type TemplateFamily } from './families.js';

const recovery = new ResponseRecovery({ specialTokens: [], countThinking: true });

const QUESTION = 'And of Italy?\nSay why.';
const ANSWER = 'Rome: since 1871 [1].\n\n- It was the <b>capital</b> of the empire.\n- 古い都 🏛️。';
const CONVERSATIONS = [undefined, 'You are a helpful assistant. Think: is the user right?'].flatMap(
  (system) => [
    { system, turns: [[QUESTION, ANSWER]] as const },
    {
      system,
      turns: [
        ['What is the capital of France?', 'Paris.'],
        [QUESTION, ANSWER],
      ] as const,
    },
  ],
);

/** White space before the first token that ends a message stays: nothing shows whose it is. */
function measured({ ending }: TemplateFamily, answer: string): string {
  return answer + (/^\s*/.exec(ending)?.[0] ?? '');
}

describe.each(FAMILIES)('$name', (family) => {
  test.each(CONVERSATIONS)('the response is found in all three forms (%#)', (conversation) => {
    const { prompt, text } = renderFamily(family, conversation);
    const response = measured(family, ANSWER);
    expect(recovery.recover({ text })).toEqual({ response, rule: family.rule });
    expect(recovery.recover({ text, prompt })).toEqual({ response, rule: 'prompt' });
    expect(recovery.recover({ text, prompt: QUESTION })).toEqual({ response, rule: 'prompt' });
  });

  test("another template's conversation, quoted in the answer, cuts nothing", () => {
    for (const quoted of FAMILIES.filter(({ name }) => name !== family.name)) {
      const other = renderFamily(quoted, { turns: [['How are you?', 'Well']] });
      if (sharesMarks(family, quoted)) continue;
      const answer = `Write ${other.text} so`;
      const { prompt, text } = renderFamily(family, { turns: [[QUESTION, answer]] });
      const response = measured(family, answer);
      expect(recovery.recover({ text })).toEqual({ response, rule: family.rule });
      expect(recovery.recover({ text, prompt })).toEqual({ response, rule: 'prompt' });
      expect(recovery.recover({ text, prompt: QUESTION })).toEqual({ response, rule: 'prompt' });
    }
  });

  test.each(['hi', 'more', 'a', '?', 'continue'])(
    'the bare prompt %j, said twice and within words',
    (prompt) => {
      const { text } = renderFamily(family, {
        system: 'Think of history. More or less? continue',
        turns: [
          [prompt, 'This is more than a history; shall I continue?'],
          [prompt, ANSWER],
        ],
      });
      expect(recovery.recover({ text, prompt })).toEqual({
        response: measured(family, ANSWER),
        rule: 'prompt',
      });
    },
  );

  test('an empty response is empty', () => {
    const { prompt } = renderFamily(family, { turns: [[QUESTION, '']] });
    expect(recovery.recover({ text: prompt }).response.trim()).toBe('');
    expect(recovery.recover({ text: prompt, prompt }).response.trim()).toBe('');
    expect(recovery.recover({ text: prompt, prompt: QUESTION }).response.trim()).toBe('');
  });
});

/** Whether the marks of one's turns are of the other's family, too. */
function sharesMarks(one: TemplateFamily, other: TemplateFamily): boolean {
  const families = [one, other].map((family) => {
    const { text } = renderFamily(family, { turns: [['', '']] });
    return new Set([...turnMarks(text, 0, text.length)].map((mark) => mark.family));
  });
  return [...(families[0] ?? [])].some((family) => families[1]?.has(family));
}

describe('templates that nobody has seen', () => {
  const pair = fc.constantFrom(
    ['user', 'assistant'],
    ['human', 'model'],
    ['User', 'Assistant'],
    ['HUMAN', 'BOT'],
  );
  const bars = fc.constantFrom(
    ['<|', '|>'],
    ['<｜', '｜>'],
    ['[|', '|]'],
    ['{|', '|}'],
    ['<|', '>'],
    ['⟨|', '|⟩'],
  );
  const plain = fc.constantFrom(['<', '>'], ['[', ']'], ['{', '}'], ['⟨', '⟩'], ['【', '】']);
  const word = fc.constantFrom('turn', 'start', 'im_start', 'msg', 'role', 'begin_of_turn');
  const space = fc.constantFrom('', '\n', '\n\n', ' ');
  /** `<|assistant|>`, `<|start_assistant|>` */
  const within = fc
    .tuple(fc.oneof(bars, plain), fc.constantFrom('', 'start_', 'begin_of_'), pair, space)
    .map(([[open, close], before, names, gap]) =>
      names.map((name) => `${open}${before}${name}${close}${gap}`),
    );
  /** `<|turn|>assistant\n`, `<|start|>assistant<|sep|>` */
  const behind = fc
    .tuple(fc.oneof(bars, plain), word, pair, fc.constantFrom('\n', '<|sep|>', '<|message|>\n'))
    .map(([[open, close], token, names, gap]) => names.map((name) => `${open}${token}${close}${name}${gap}`));
  const ending = fc.constantFrom(
    '<|eot|>',
    '<|im_end|>\n',
    '</s>',
    '<turn|>\n',
    '[|endofturn|]',
    '<end_of_turn>\n',
  );
  const line = fc.constantFrom(
    'Rome',
    'a <b>c</b>',
    '- x: y',
    '[1] z',
    'if (a < b) {}',
    '`<div>`',
    '说',
    'user',
    '',
  );
  const message = fc
    .array(line, { minLength: 1, maxLength: 4 })
    .map((lines) => `say ${lines.join('\n')} end`);

  test('their answers are found in all three forms', () => {
    fc.assert(
      fc.property(
        fc.oneof(within, behind),
        ending,
        fc.constantFrom('', '<s>', '<|begin_of_text|>'),
        fc.array(fc.tuple(message, message), { minLength: 1, maxLength: 3 }),
        ([user = '', assistant = ''], end, begin, turns) => {
          const family: TemplateFamily = {
            name: '',
            begin,
            user: (text) => user + text + end,
            opening: assistant,
            ending: end,
            rule: 'generic',
          };
          const { prompt, text } = renderFamily(family, { turns });
          const [question, response] = turns.at(-1) ?? ['', ''];
          const alone = recovery.recover({ text });
          expect(['marker', 'generic']).toContain(alone.rule);
          expect(alone.response).toBe(response);
          expect(recovery.recover({ text, prompt })).toEqual({ response, rule: 'prompt' });
          expect(recovery.recover({ text, prompt: question })).toEqual({ response, rule: 'prompt' });
        },
      ),
      { numRuns: 3_000 },
    );
  });
});
