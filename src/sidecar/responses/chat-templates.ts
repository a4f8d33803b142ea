/**
 * What a chat template writes before an assistant's message: a token, and the white space that follows it.
 */
export interface AssistantMarker {
  readonly token: string;
  readonly space: string;
}

/** The signs of one family of chat templates: how its messages open, and what precedes an assistant's. */
export interface ChatTemplate {
  readonly opens: readonly string[];
  readonly markers: readonly AssistantMarker[];
}

/**
 * The families of chat templates in use, from the `chat_template` of the models named;
 * test/sidecar/golden/chat-templates.py renders texts with them.
 */
export const CHAT_TEMPLATES: readonly ChatTemplate[] = [
  // ChatML (OpenHermes, Qwen 2.5 and 3); Phi-4 ends a role with a token instead of a line.
  {
    opens: ['<|im_start|>'],
    markers: [
      { token: '<|im_start|>assistant<|im_sep|>', space: '' },
      { token: '<|im_start|>assistant', space: '\n' },
    ],
  },
  // Llama 3
  {
    opens: ['<|start_header_id|>'],
    markers: [{ token: '<|start_header_id|>assistant<|end_header_id|>', space: '\n\n' }],
  },
  // Mistral, Llama 2. Most versions write a space after the instruction; for the tokenizer it
  // is part of the first word.
  { opens: ['[INST]', '[/INST]'], markers: [{ token: '[/INST]', space: ' ' }] },
  // Gemma
  { opens: ['<start_of_turn>'], markers: [{ token: '<start_of_turn>model', space: '\n' }] },
  // Zephyr, Phi-3, Tulu, GLM-4
  {
    opens: ['<|user|>', '<|system|>', '<|assistant|>'],
    markers: [{ token: '<|assistant|>', space: '\n' }],
  },
  // DeepSeek V2.5 to R1: fullwidth bars
  { opens: ['<｜User｜>', '<｜Assistant｜>'], markers: [{ token: '<｜Assistant｜>', space: '' }] },
  // Command R
  {
    opens: ['<|START_OF_TURN_TOKEN|>'],
    markers: [{ token: '<|START_OF_TURN_TOKEN|><|CHATBOT_TOKEN|>', space: '' }],
  },
  // Granite 3
  {
    opens: ['<|start_of_role|>'],
    markers: [{ token: '<|start_of_role|>assistant<|end_of_role|>', space: '' }],
  },
];

/** Every marker of every family. */
export const ASSISTANT_MARKERS: readonly AssistantMarker[] = CHAT_TEMPLATES.flatMap(({ markers }) => markers);

/** Tokens that may stand before a text's first word. */
export const LEADING_TOKENS: readonly string[] = [
  '<s>',
  '<bos>',
  '<|begin_of_text|>',
  '<|startoftext|>',
  '<|endoftext|>',
  '<BOS_TOKEN>',
  '<｜begin▁of▁sentence｜>',
  '<pad>',
  '<|pad|>',
  '[PAD]',
  '<｜▁pad▁｜>',
  '<|finetune_right_pad_id|>',
];

/** Tokens that end a message or fill a batch up. */
export const TRAILING_TOKENS: readonly string[] = [
  '<|im_end|>',
  '<|eot_id|>',
  '<|eom_id|>',
  '<|end_of_text|>',
  '</s>',
  '<eos>',
  '<end_of_turn>',
  '<|endoftext|>',
  '<|end|>',
  '<|EOT|>',
  '<|end_of_turn|>',
  '<|END_OF_TURN_TOKEN|>',
  '<EOS_TOKEN>',
  '<｜end▁of▁sentence｜>',
  '<pad>',
  '<|pad|>',
  '[PAD]',
  '<｜▁pad▁｜>',
  '<|finetune_right_pad_id|>',
];
