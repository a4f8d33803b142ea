import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ResponseRecovery } from '../../../src/sidecar/responses/response-recovery.js';

interface RenderedCase {
  readonly template: string;
  readonly repository: string;
  readonly case: string;
  readonly question: string;
  readonly prompt: string;
  readonly text: string;
  readonly response: string;
}

const rendered: RenderedCase[] = JSON.parse(
  readFileSync(new URL('../golden/chat-templates.json', import.meta.url), 'utf8'),
);
const recovery = new ResponseRecovery({ specialTokens: [], countThinking: true });

describe('responses within texts that the chat templates of published models rendered', () => {
  test.each(rendered)('$repository, $case: after the last assistant marker', ({ text, response }) => {
    expect(recovery.recover({ text })).toEqual({ response, rule: 'marker' });
  });

  // DeepSeek's generation prompt opens a block of thoughts that its rendering of a
  // finished conversation lacks.
  const withPrompt = rendered.filter(({ prompt, text }) => text.startsWith(prompt));

  test('enough of them begin with the generation prompt', () => {
    expect(new Set(withPrompt.map(({ template }) => template)).size).toBeGreaterThanOrEqual(13);
  });

  test.each(withPrompt)('$repository, $case: after the prompt', ({ prompt, text, response }) => {
    expect(recovery.recover({ text, prompt })).toEqual({ response, rule: 'prompt' });
  });

  test.each(withPrompt)('$repository, $case: with BOS and padding before the prompt', (sample) => {
    const text = `<pad><s>${sample.text}<pad></s>`;
    const { prompt, response } = sample;
    expect(recovery.recover({ text, prompt })).toEqual({ response, rule: 'prompt' });
  });

  test.each(withPrompt)('$repository, $case: after a prompt truncated from the left', (sample) => {
    const { prompt, text, response } = sample;
    const cut = prompt.length - sample.question.length - 10;
    for (const start of ['', '<s>', '<|begin_of_text|>']) {
      const truncated = start + text.slice(cut);
      expect(recovery.recover({ text: truncated, prompt })).toEqual({
        response,
        rule: 'prompt-tail',
      });
    }
  });

  test.each(rendered)(
    '$repository, $case: a bare question leaves no chat template before the response',
    ({ text, question, response }) => {
      expect(recovery.recover({ text, prompt: question })).toEqual({ response, rule: 'prompt' });
    },
  );
});

describe('the response within any text', () => {
  test.each([
    ['query', 'What? Because.</s>', 'What?', ' Because.', 'prompt'],
    ['a prompt that the response repeats', 'Say x: x, Say x:', 'Say x:', ' x, Say x:', 'prompt'],
    ['another prompt', 'Because.', 'What on earth?', 'Because.', 'whole'],
    ['a coincidence of a few letters', 'What is it', 'Tell me What', 'What is it', 'whole'],
    ['no prompt', 'Because.<|eot_id|>\n', undefined, 'Because.', 'whole'],
    ['an empty prompt', '[INST] q [/INST] a</s>', '', 'a', 'marker'],
    ['an empty response', 'What?</s></s>', 'What?', '', 'prompt'],
    ['nothing at all', '', '', '', 'whole'],
    ['white space of the response itself', 'Q: a \n\n', 'Q:', ' a \n\n', 'prompt'],
    ['white space between the tokens at the end', 'Q: a \n<|im_end|> \n</s>\n', 'Q:', ' a \n', 'prompt'],
    ['special tokens in the middle', 'Q: a</s>b', 'Q:', ' a</s>b', 'prompt'],
  ] as const)('%s', (_, text, prompt, response, rule) => {
    expect(recovery.recover({ text, prompt })).toEqual({ response, rule });
  });

  test("another template's marker, quoted in the response, cuts nothing", () => {
    const response = 'Mistral writes [/INST], Zephyr <|assistant|>\nand DeepSeek <｜Assistant｜>.';
    const text = `<|im_start|>user\nWhich?<|im_end|>\n<|im_start|>assistant\n${response}<|im_end|>\n`;
    expect(recovery.recover({ text })).toEqual({ response, rule: 'marker' });
  });

  test('configured markers and tokens go before the known ones', () => {
    const text = 'USER: [INST] is what?\nASSISTANT: a tag [/INST]<stop></s><stop>';
    const configured = new ResponseRecovery({
      responseMarker: 'ASSISTANT: ',
      specialTokens: ['<stop>'],
      countThinking: true,
    });
    expect(configured.recover({ text })).toEqual({ response: 'a tag [/INST]', rule: 'marker' });
    expect(configured.recover({ text: `<s>${text}`, prompt: 'USER: [INST] is what?\n' }).rule).toBe('prompt');
  });

  test('a response that is given on its own loses the tokens at its end only', () => {
    const configured = new ResponseRecovery({ specialTokens: ['<stop>'], countThinking: true });
    expect(configured.given(' [/INST] a</s>b <stop> </s>\n')).toEqual({
      response: ' [/INST] a</s>b ',
      rule: 'given',
    });
  });

  test('a configured marker that is not there leaves it to the known ones', () => {
    const configured = new ResponseRecovery({
      responseMarker: 'ASSISTANT:',
      specialTokens: [],
      countThinking: true,
    });
    expect(configured.recover({ text: '[INST] q [/INST] a' }).response).toBe('a');
  });

  test('a truncated prompt is found at its longest tail, as by trying every length', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 40 });
    fc.assert(
      fc.property(letters, letters, (prompt, text) => {
        if (prompt.length === 0 || text.includes(prompt)) return;
        const lengths = Array.from({ length: prompt.length }, (_, i) => prompt.length - i);
        const longest = lengths.find((length) => text.startsWith(prompt.slice(-length))) ?? 0;
        const expected =
          longest < 8
            ? { response: text, rule: 'whole' }
            : { response: text.slice(longest), rule: 'prompt-tail' };
        expect(recovery.recover({ text, prompt })).toEqual(expected);
      }),
      { numRuns: 2_000 },
    );
  });
});
