import type { Role } from './roles.js';

/*
 * Facts of published chat templates that the shapes of their marks do not show.
 * test/sidecar/golden/chat-templates.py and test/sidecar/templates render texts with the templates
 * themselves.
 */

/**
 * How a family of marks separates a role from its message, by the mark up to the role, with `@` for the
 * role.
 */
export const KNOWN_SPACES: ReadonlyMap<string, string> = new Map([
  // ChatML: OpenHermes, Qwen, LFM2, Nemotron
  ['<|im_start|>@', '\n'],
  // Gemma 1 to 3, then 4
  ['<start_of_turn>@', '\n'],
  ['<|turn>@', '\n'],
  // Zephyr, Phi-3, Tulu, GLM-4; Phi-4-mini writes no space
  ['<|@|>', '\n'],
  // DeepSeek V2.5 to V3.1
  ['<｜@｜>', ''],
  // Command R
  ['<|@_token|>', ''],
  // Llama 3, Llama 4
  ['<|start_header_id|>@', '\n\n'],
  ['<|header_start|>@', '\n\n'],
  // Granite 3
  ['<|start_of_role|>@', ''],
  // Harmony: gpt-oss
  ['<|start|>@', ''],
  // Mistral, Llama 2. Most versions write a space after the instruction; for the tokenizer it is part of
  // the first word.
  ['[INST]', ' '],
]);

/** The white space behind what closes a role. */
export const CLOSER_SPACES: ReadonlyMap<string, string> = new Map([
  ['<|end_header_id|>', '\n\n'],
  ['<|header_end|>', '\n\n'],
]);

/** A whole token that is a mark although its name shows no role, or another one. */
export interface NamedMark {
  readonly family: string;
  readonly role: Role;
}

/** Such tokens. */
export const NAMED_MARKS: ReadonlyMap<string, NamedMark> = new Map([
  ['[INST]', { family: '[INST]', role: 'other' }],
  ['[/INST]', { family: '[INST]', role: 'assistant' }],
]);

/** Tokens that open a turn without being in brackets: MiniMax. */
export const BARE_OPENERS: readonly string[] = [']~b]'];

/** Tokens that may stand before a text's first word. */
export const LEADING_TOKENS: readonly string[] = [
  '<s>',
  '<bos>',
  '<|begin_of_text|>',
  '<|begin_of_sentence|>',
  '<|startoftext|>',
  '<|endoftext|>',
  '<BOS_TOKEN>',
  '<｜begin▁of▁sentence｜>',
  '[gMASK]',
  '<sop>',
  '[CLS]',
  ']~!b[',
  '<pad>',
  '<|pad|>',
  '[PAD]',
  '<｜▁pad▁｜>',
  '<|finetune_right_pad_id|>',
];

/** Tokens that end a message or fill a batch up, and whose shape does not show it. */
export const TRAILING_TOKENS: readonly string[] = ['</s>', '<s>', '<unk>', '<EOS_TOKEN>', '[e~[', '[SEP]'];
