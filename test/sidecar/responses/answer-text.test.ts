import { describe, expect, test } from 'vitest';
import { ResponseRecovery } from '../../../src/sidecar/responses/response-recovery.js';

const counting = new ResponseRecovery({ specialTokens: [], countThinking: true });
const notCounting = new ResponseRecovery({ specialTokens: [], countThinking: false });

const CHATML = '<|im_start|>user\nWhy?<|im_end|>\n<|im_start|>assistant\n';
const HARMONY =
  '<|start|>system<|message|>You are a model.<|end|><|start|>user<|message|>Why?<|end|><|start|>assistant';

/** An answer by every rule that finds it, with or without its thoughts. */
function answersOf(recovery: ResponseRecovery, prompt: string, answer: string, end: string): string[] {
  const text = prompt + answer + end;
  return [
    recovery.recover({ text }),
    recovery.recover({ text, prompt }),
    recovery.recover({ text, prompt: 'Why?' }),
    recovery.given(answer + end),
  ].map(({ response }) => response);
}

describe('thoughts', () => {
  test.each([
    ['Qwen, DeepSeek R1', '<think>\nHm.\n</think>\n\nSo.', 'So.'],
    ['an empty block', '<think>\n\n</think>\n\nSo.', 'So.'],
    ['thoughts that never end', '<think>\nHm. Hm.', ''],
    ['Magistral', '[THINK]Hm.[/THINK]So.', 'So.'],
    ['Command A', '<|START_THINKING|>Hm.<|END_THINKING|>So.', 'So.'],
    ['Seed', '<seed:think>Hm.</seed:think>So.', 'So.'],
    ['Gemma 4', '<|channel>thought\nHm.\n<channel|>So.', 'So.'],
    ['two blocks', '<think>a</think>\n<think>b</think>\nSo.', 'So.'],
    ['a block within the answer', 'Write <think>a</think> so.', 'Write <think>a</think> so.'],
    ['none', 'So.', 'So.'],
  ])('%s: count, unless the configuration says otherwise', (_, answer, without) => {
    for (const response of answersOf(counting, CHATML, answer, '<|im_end|>\n')) expect(response).toBe(answer);
    for (const response of answersOf(notCounting, CHATML, answer, '<|im_end|>\n'))
      expect(response).toBe(without);
  });

  test.each(['<think>\n', '<think>', '<seed:think>'])('begun by the prompt with %j', (opening) => {
    const prompt = CHATML + opening;
    const text = `${prompt}Hm.\n${opening.trim().replace('<', '</')}\n\nSo.<|im_end|>`;
    for (const given of [undefined, prompt, 'Why?']) {
      expect(counting.recover({ text, prompt: given }).response).toBe(
        text.slice(CHATML.length, -'<|im_end|>'.length),
      );
      expect(notCounting.recover({ text, prompt: given }).response).toBe('So.');
    }
    // The caller's own response begins within the thoughts.
    expect(notCounting.given(text.slice(prompt.length)).response).toBe('So.');
  });

  test('a mere mention of a closing mark drops nothing', () => {
    const text = `${CHATML}The tag </think> ends it.<|im_end|>`;
    for (const prompt of [undefined, CHATML, 'Why?'])
      expect(notCounting.recover({ text, prompt }).response).toBe('The tag </think> ends it.');
  });

  test('a prompt for thoughts that the text does not have', () => {
    const text = `${CHATML}So.<|im_end|>`;
    expect(counting.recover({ text, prompt: `${CHATML}<think>\n` })).toEqual({
      response: 'So.',
      rule: 'prompt',
    });
  });

  test('the closing mark that DeepSeek V3.1 writes where nothing is thought never counts', () => {
    const prompt = '<｜begin▁of▁sentence｜><｜User｜>Why?<｜Assistant｜></think>';
    for (const recovery of [counting, notCounting])
      for (const given of [undefined, prompt, 'Why?'])
        expect(recovery.recover({ text: `${prompt}So.<｜end▁of▁sentence｜>`, prompt: given }).response).toBe(
          'So.',
        );
  });
});

describe('harmony', () => {
  const FINAL = '<|channel|>final<|message|>So.';
  test.each([
    ['a final message alone', FINAL, 'So.', 'So.'],
    [
      'an analysis before it',
      `<|channel|>analysis<|message|>Hm. Hm.<|end|><|start|>assistant${FINAL}`,
      'Hm. Hm.So.',
      'So.',
    ],
    [
      'a call of a tool',
      '<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>commentary to=functions.f <|constrain|>json<|message|>{"a": 1}',
      'Hm.{"a": 1}',
      '{"a": 1}',
    ],
    ['an analysis that never ends', '<|channel|>analysis<|message|>Hm.', 'Hm.', ''],
    [
      'recipients instead of channels',
      ' to=self<|message|>Hm.<|eot|><|start|>assistant to=user<|message|>So.',
      'Hm.So.',
      'So.',
    ],
  ])('%s: the markup never counts', (_, answer, withThoughts, without) => {
    for (const response of answersOf(counting, HARMONY, answer, '<|return|>'))
      expect(response).toBe(withThoughts);
    for (const response of answersOf(notCounting, HARMONY, answer, '<|return|>'))
      expect(response).toBe(without);
  });
});

describe('what the configuration names holds under every rule', () => {
  const recovery = new ResponseRecovery({
    specialTokens: ['<stop>'],
    responseMarker: '<final>',
    countThinking: true,
  });

  test('the marker, wherever a rule begins', () => {
    for (const response of answersOf(recovery, CHATML, 'Hm.<final>So.', '<stop><|im_end|>\n'))
      expect(response).toBe('So.');
    const tail = `${CHATML.slice(12)}Hm.<final>So.`;
    expect(recovery.recover({ text: tail, prompt: CHATML })).toEqual({
      response: 'So.',
      rule: 'prompt-tail',
    });
  });

  test('a response that repeats the marker keeps what follows the first one', () => {
    const prompt = 'Why?<final>';
    const text = `${prompt}So. <final> is a mark.<stop>`;
    expect(recovery.recover({ text, prompt }).response).toBe('So. <final> is a mark.');
  });

  test('a bare prompt may stand before the marker', () => {
    const custom = new ResponseRecovery({ specialTokens: [], responseMarker: 'REPLY:', countThinking: true });
    const text = 'Say hi. ASK: hi\nREPLY:Hello, this is it.';
    expect(custom.recover({ text, prompt: 'hi' })).toEqual({
      response: 'Hello, this is it.',
      rule: 'prompt',
    });
  });
});
