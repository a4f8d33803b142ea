import { describe, expect, test } from 'vitest';
import { findAnswer } from '../../../src/sidecar/responses/answer-mark.js';
import { MessageEnds } from '../../../src/sidecar/responses/message-ends.js';
import { ResponseRecovery } from '../../../src/sidecar/responses/response-recovery.js';
import { turnMarks } from '../../../src/sidecar/responses/turn-marks.js';
import { CountedText } from '../../support/counted-text.js';

const recovery = new ResponseRecovery({ specialTokens: [], countThinking: true });

describe('a prompt counts at a boundary of turns only', () => {
  test.each([
    ['within a word', '<|user|>\nThink of it<|end|>\n<|assistant|>\nHello.<|end|>', 'hi', 'Hello.', 'marker'],
    [
      'as the beginning of a message',
      '<|user|>\nhi there<|end|>\n<|assistant|>\nHello.',
      'hi',
      'Hello.',
      'marker',
    ],
    [
      'in an answer',
      '<|user|>\na<|end|>\n<|assistant|>\nmore<|end|>\n<|user|>\nb<|end|>\n<|assistant|>\nc',
      'more',
      'c',
      'marker',
    ],
    ['at the end of a message', '<|user|>\nSay hi<|end|>\n<|assistant|>\nHello.', 'hi', 'Hello.', 'prompt'],
    [
      'behind a system prompt in the same message',
      '<bos><start_of_turn>user\nBe brief.\n\nhi<end_of_turn>\n<start_of_turn>model\nHello.',
      'hi',
      'Hello.',
      'prompt',
    ],
    [
      'with white space that the template strips',
      '<|user|>\nhi<|end|>\n<|assistant|>\nHello.',
      ' hi\n',
      'Hello.',
      'prompt',
    ],
    ['that is all there is', 'hi', 'hi', '', 'prompt'],
    ['in a text without marks, but not first', 'They said hi to me', 'hi', 'They said hi to me', 'whole'],
    [
      'that is the first of several turns',
      '<|user|>\nhi<|end|>\n<|assistant|>\nHello.<|end|>\n<|user|>\nbye<|end|>\n<|assistant|>\nBye.<|end|>',
      'hi',
      'Hello.<|end|>\n<|user|>\nbye<|end|>\n<|assistant|>\nBye.',
      'prompt',
    ],
    ['of white space', '<|user|>\nhi<|end|>\n<|assistant|>\nHello.', ' \n', 'Hello.', 'marker'],
    ['of special tokens', '<|user|>\nhi<|end|>\n<|assistant|>\nHello.', '<s>', 'Hello.', 'marker'],
  ])('%s', (_, text, prompt, response, rule) => {
    expect(recovery.recover({ text, prompt })).toEqual({ response, rule });
  });

  test('a prompt with its template, behind a system prompt that it lacks', () => {
    const prompt = '<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n';
    const text = `<|im_start|>system\nThink.<|im_end|>\n${prompt}Hello.<|im_end|>`;
    expect(recovery.recover({ text, prompt })).toEqual({ response: 'Hello.', rule: 'prompt' });
  });

  test('BOS before the prompt, before the text, or before both', () => {
    const prompt = '<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n';
    for (const [before, bos] of [
      ['<s>', ''],
      ['', '<s>'],
      ['<|begin_of_text|>', '<s>'],
    ]) {
      const given = { text: `${bos}${prompt}Hello.`, prompt: `${before}${prompt}` };
      expect(recovery.recover(given)).toEqual({ response: 'Hello.', rule: 'prompt' });
    }
  });

  test.each([
    ['<|im_start|>user\nhi<|im_end|>\n', '<|im_start|>assistant\n', '<|im_end|>\n'],
    ['<|im_start|>user\nhi<|im_end|>\n', '<|im_start|>assistant\n<think>\n', '<|im_end|>\n'],
    ['<|im_start|>user\nhi<|im_end|>\n', '<|im_start|>assistant\n<think>\n\n</think>\n\n', '<|im_end|>\n'],
    ['<｜User｜>hi', '<｜Assistant｜></think>', '<｜end▁of▁sentence｜>'],
    ['User: hi<end_of_utterance>\n', 'Assistant:', '<end_of_utterance>\n'],
    ['### Instruction:\nhi\n\n', '### Response:\n', '</s>\n\n'],
  ])('a text that was rendered with the prompt for a next answer: %j %j', (user, opening, end) => {
    const [begin = ''] = opening.split('<think>');
    const text = `${user}${begin}Hello.${end}${opening}`;
    expect(recovery.recover({ text }).response).toBe('Hello.');
    for (const prompt of ['hi', `${user}${begin}`, `${user}${opening}`])
      expect(recovery.recover({ text, prompt })).toEqual({ response: 'Hello.', rule: 'prompt' });
  });

  test('a prompt that ends within the mark that its text has', () => {
    const user = '<|USER_TOKEN|>q<|END_OF_TURN_TOKEN|><|CHATBOT_TOKEN|>';
    const text = `${user}<|START_RESPONSE|>Hello.<|END_RESPONSE|><|END_OF_TURN_TOKEN|>`;
    expect(recovery.recover({ text, prompt: user })).toEqual({ response: 'Hello.', rule: 'prompt' });
    const spaced = '<|bom|><|user|> q<|eom|><|bom|><|assistant|>';
    expect(recovery.recover({ text: `${spaced} Hello.<|eom|>`, prompt: spaced }).response).toBe('Hello.');
  });
});

const chat = (question: string, answer: string) =>
  `<|im_start|>user\n${question}<|im_end|>\n<|im_start|>assistant\n${answer}<|im_end|>\n`;

describe('words of roles in a question or an answer', () => {
  test.each([
    ...[
      'Question: 6*7?\nAnswer:',
      'Q.\n### Response:\n',
      'Human: hi\n\nAssistant:',
      'x\nBot:',
      'Put it in <answer>',
    ],
    ...[
      'Give {answer}',
      'Explain [/INST]',
      'Write <|assistant|>',
      'End with <|im_start|>assistant',
      'Say 【助手】',
    ],
  ])('a bare prompt that ends in %j is still the whole question', (question) => {
    const text = chat(question, 'Hello.');
    const prompt = text.slice(0, text.indexOf('Hello.'));
    expect(recovery.recover({ text, prompt: question })).toEqual({ response: 'Hello.', rule: 'prompt' });
    expect(recovery.recover({ text, prompt })).toEqual({ response: 'Hello.', rule: 'prompt' });
    expect(recovery.recover({ text }).response).toBe('Hello.');
  });

  test.each([
    'Answer: 42',
    '<answer>42</answer> done',
    '<response>42</response>',
    '### Response: 42',
    'Bot: hello',
  ])('a response that begins with %j keeps it', (response) => {
    for (const prompt of [
      'What is 6*7?\n',
      'What is 6*7? ',
      'Dialog:\nA: hi\n',
      '<reserved_106>Why?<reserved_107>',
    ])
      expect(recovery.recover({ text: prompt + response, prompt })).toEqual({ response, rule: 'prompt' });
    for (const given of [undefined, 'Why?', chat('Why?', '').slice(0, -11)])
      expect(recovery.recover({ text: chat('Why?', response), prompt: given }).response).toBe(response);
  });

  test.each([
    '<|python_tag|>print(1)',
    '<|begin_of_box|>42<|end_of_box|> is it',
    '<|object_ref_start|>cat<|object_ref_end|> here',
  ])('a response that begins with the token of %j keeps it', (response) => {
    for (const before of ['<|user|>Why?<|assistant|>', '[INST]Why?[/INST]', '<｜User｜>Why?<｜Assistant｜>'])
      for (const prompt of [undefined, before, 'Why?'])
        expect(recovery.recover({ text: before + response, prompt }).response).toBe(response);
  });

  test('a question that quotes a conversation of its own template lengthens no answer', () => {
    const quoted = `See: ${chat('a', 'b')} and say why.`;
    expect(recovery.recover({ text: chat(quoted, 'Hello.') })).toEqual({
      response: 'Hello.',
      rule: 'marker',
    });
    const plain = 'User: Question: what?\nAnswer:\n\nAssistant: Hello.';
    expect(recovery.recover({ text: plain })).toEqual({ response: 'Hello.', rule: 'generic' });
  });

  test('<|prompter|> is a role, and so is ### Prompt:', () => {
    const assistant =
      '<|prompter|>a<|endoftext|><|assistant|>b<|endoftext|><|prompter|>c<|endoftext|><|assistant|>Hello.';
    expect(recovery.recover({ text: assistant }).response).toBe('Hello.');
    const alpaca = '### Prompt:\na\n### Response:\nb\n### Prompt:\nc\n### Response:\nHello.';
    expect(recovery.recover({ text: alpaca }).response).toBe('Hello.');
  });

  test('the answer behind a call of a tool is the last one', () => {
    const tool =
      '<|im_start|>user\nWhy?<|im_end|>\n<|im_start|>assistant\n<tool_call>f</tool_call><|im_end|>\n<|im_start|>tool\nlong<|im_end|>\n<|im_start|>assistant\n';
    expect(recovery.recover({ text: `${tool}Hello.<|im_end|>` }).response).toBe('Hello.');
    expect(recovery.recover({ text: `${tool}Hello.<|im_end|>`, prompt: tool }).response).toBe('Hello.');
  });
});

test.each([
  ['Use {question} and {answer} in it.'],
  ['System: 64 bit\nModel: X200\nPrice: 5'],
  ['I like <user>, <assistant> and <b>.'],
  ['The user: an agent\nThe answer: 42'],
  ['Model: a\nUser: b'],
])('what people write is no chat template: %j', (text) => {
  expect(recovery.recover({ text })).toEqual({ response: text, rule: 'whole' });
  const system = `<｜begin▁of▁sentence｜>${text}<｜User｜>hi<｜Assistant｜>`;
  expect(recovery.recover({ text: `${system}${text}<｜end▁of▁sentence｜>` })).toEqual({
    response: text,
    rule: 'marker',
  });
  expect(recovery.recover({ text: `${system}${text}`, prompt: 'hi' })).toEqual({
    response: text,
    rule: 'prompt',
  });
});

test('a text that was cut from the right within its prompt has no response', () => {
  const prompt =
    '<|user|>\na<|end|>\n<|assistant|>\nb<|end|>\n<|user|>\nWhy is it so?<|end|>\n<|assistant|>\n';
  for (let end = 8; end < prompt.length; end++)
    for (const bos of ['', '<s>'])
      expect(recovery.recover({ text: bos + prompt.slice(0, end), prompt })).toEqual({
        response: '',
        rule: 'prompt',
      });
});

describe('prompts cut from the left within a character', () => {
  // A byte-level tokenizer decodes what is left of a character to one U+FFFD for each byte.
  test.each(['é', '答', '🏛', '한', 'Ω', '𝒳'])('of %s', (character) => {
    const prompt = `${character.repeat(12)}. Answer:`;
    const bytes = new TextEncoder().encode(`${prompt}Rome.</s>`);
    for (let cut = 1; cut < 2 * new TextEncoder().encode(character).length; cut++) {
      const whole = new TextDecoder().decode(bytes.slice(cut));
      // The decoder of the web writes one U+FFFD for several bytes, tokenizers one for each.
      const left = new TextEncoder().encode(character).length;
      const text = '\uFFFD'.repeat((left - (cut % left)) % left) + whole.replace(/^\uFFFD+/, '');
      for (const bos of ['', '<s>'])
        expect(recovery.recover({ text: bos + text, prompt })).toEqual({
          response: 'Rome.',
          rule: 'prompt-tail',
        });
    }
  });

  test('more than three replacement characters are the text’s own', () => {
    const text = `${'\uFFFD'.repeat(4)}the report. Answer:Rome.`;
    expect(recovery.recover({ text, prompt: 'Read the report. Answer:' }).rule).toBe('whole');
  });
});

describe('each code unit is read a few times', () => {
  const PIECES = [
    ...[
      '<',
      '<|',
      '<|user|>',
      '<|assistant|>',
      '<|im_start|>assistant\n',
      '[INST]',
      '[/INST]',
      ']~b]ai\n',
      '【',
    ],
    ...[
      ':',
      'user:',
      '\nuser:',
      '\nAssistant: ',
      'USER: ',
      '### Response:',
      ' ',
      '\n',
      '</s>',
      '<pad>',
      '<end_of',
    ],
    ...[`<${'a'.repeat(48)}`, `<${'a'.repeat(46)}>`, '<|im_user|>user<|im_middle|>', '<role>x</role>', 'a'],
  ];

  test.each(PIECES)('where %j comes again and again', (piece) => {
    for (const size of [2_000, 32_000]) {
      const text = piece.repeat(Math.ceil(size / piece.length));
      const marks = new CountedText(text);
      for (const _ of turnMarks(marks, 0, text.length));
      expect(marks.reads).toBeLessThanOrEqual(60 * text.length);
      const answer = new CountedText(text);
      findAnswer(answer, text.length);
      expect(answer.reads).toBeLessThanOrEqual(64 * text.length);
      const ends = new CountedText(text);
      new MessageEnds().endWithout(ends, 0);
      expect(ends.reads).toBeLessThanOrEqual(12 * text.length);
    }
  });
});
