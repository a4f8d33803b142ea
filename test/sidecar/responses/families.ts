/** How one family of models writes a conversation: facts of its chat template. */
export interface TemplateFamily {
  readonly name: string;
  readonly begin: string;
  readonly system?: ((text: string) => string) | undefined;
  readonly user: (text: string) => string;
  /** What stands before an answer. */
  readonly opening: string;
  readonly ending: string;
  readonly rule: 'marker' | 'generic';
}

const turns = (before: (role: string) => string, ending: string, names = ['system', 'user', 'assistant']) => {
  const [system = '', user = '', assistant = ''] = names;
  return {
    system: (text: string) => before(system) + text + ending,
    user: (text: string) => before(user) + text + ending,
    opening: before(assistant),
    ending,
  };
};

/** Families with marks of their own, beside those that trl's templates show. */
export const FAMILIES: readonly TemplateFamily[] = [
  {
    name: 'Llama 4',
    begin: '<|begin_of_text|>',
    ...turns((role) => `<|header_start|>${role}<|header_end|>\n\n`, '<|eot|>'),
    rule: 'marker',
  },
  {
    name: 'Kimi K2',
    begin: '',
    ...turns((role) => `<|im_${role}|>${role}<|im_middle|>`, '<|im_end|>'),
    rule: 'generic',
  },
  {
    name: 'MiniMax M2',
    begin: ']~!b[',
    ...turns((role) => `]~b]${role}\n`, '[e~[\n', ['system', 'user', 'ai']),
    rule: 'generic',
  },
  { name: 'Seed-OSS', begin: '', ...turns((role) => `<seed:bos>${role}\n`, '<seed:eos>'), rule: 'generic' },
  { name: 'EXAONE 4', begin: '', ...turns((role) => `[|${role}|]\n`, '[|endofturn|]\n'), rule: 'generic' },
  {
    name: 'Hunyuan',
    begin: '<｜hy_begin▁of▁sentence｜>',
    user: (text) => `<｜hy_User｜>${text}`,
    opening: '<｜hy_Assistant｜>',
    ending: '<｜hy_place▁holder▁no▁2｜>',
    rule: 'generic',
  },
  {
    name: 'Ling',
    begin: '',
    ...turns((role) => `<role>${role}</role>`, '<|role_end|>', ['SYSTEM', 'HUMAN', 'ASSISTANT']),
    rule: 'generic',
  },
  {
    name: 'ERNIE 4.5',
    begin: '<|begin_of_sentence|>',
    user: (text) => `User: ${text}\n`,
    opening: 'Assistant: ',
    ending: '<|end_of_sentence|>',
    rule: 'generic',
  },
  {
    name: 'Solar Open',
    begin: '',
    ...turns((role) => `<|begin|>${role}<|content|>`, '<|end|>'),
    rule: 'generic',
  },
  {
    name: 'Apertus',
    begin: '<s>',
    user: (text) => `<|user_start|>${text}<|user_end|>`,
    opening: '<|assistant_start|>',
    ending: '<|assistant_end|>',
    rule: 'generic',
  },
  {
    name: 'Jamba',
    begin: '<|startoftext|>',
    ...turns((role) => `<|bom|><|${role}|> `, '<|eom|>'),
    rule: 'marker',
  },
  {
    name: 'dots',
    begin: '',
    system: (text) => `<|system|>${text}<|endofsystem|>`,
    user: (text) => `<|userprompt|>${text}<|endofuserprompt|>`,
    opening: '<|response|>',
    ending: '<|endofresponse|>',
    rule: 'marker',
  },
  {
    name: 'MiniCPM',
    begin: '<s>',
    user: (text) => `<用户>${text}`,
    opening: '<AI>',
    ending: '</s>',
    rule: 'generic',
  },
  {
    name: 'Grok 2',
    begin: '',
    ...turns((role) => `${role}: `, '<|separator|>\n\n', ['System', 'Human', 'Assistant']),
    rule: 'generic',
  },
  {
    name: 'Vicuna',
    begin: '<s>',
    system: (text) => `${text} `,
    user: (text) => `USER: ${text} `,
    opening: 'ASSISTANT: ',
    ending: '</s>',
    rule: 'generic',
  },
  {
    name: 'Alpaca',
    begin: '<s>',
    system: (text) => `${text}\n\n`,
    user: (text) => `### Instruction:\n${text}\n\n`,
    opening: '### Response:\n',
    ending: '</s>\n\n',
    rule: 'generic',
  },
  {
    name: 'OpenChat',
    begin: '<s>',
    user: (text) => `GPT4 Correct User: ${text}<|end_of_turn|>`,
    opening: 'GPT4 Correct Assistant: ',
    ending: '<|end_of_turn|>',
    rule: 'generic',
  },
  {
    name: 'Llama 2',
    begin: '',
    user: (text) => `<s>[INST] ${text} `,
    opening: '[/INST] ',
    ending: ' </s>',
    rule: 'marker',
  },
  {
    name: 'Mistral Small',
    begin: '<s>',
    system: (text) => `[SYSTEM_PROMPT]${text}[/SYSTEM_PROMPT]`,
    user: (text) => `[INST]${text}`,
    opening: '[/INST]',
    ending: '</s>',
    rule: 'marker',
  },
  {
    name: 'Nemotron 4',
    begin: '',
    ...turns((role) => `<extra_id_${role === 'System' ? 0 : 1}>${role}\n`, '\n', [
      'System',
      'User',
      'Assistant',
    ]),
    rule: 'generic',
  },
  {
    name: 'SmolVLM',
    begin: '<|im_start|>',
    ...turns((role) => `${role}: `, '<end_of_utterance>\n', ['System', 'User', 'Assistant']),
    rule: 'generic',
  },
  { name: 'plain roles', begin: '', ...turns((role) => `${role}: `, '\n'), rule: 'generic' },
];

/** A conversation as a family writes it. */
export interface Conversation {
  readonly system?: string | undefined;
  /** Questions and answers, the last answer last. */
  readonly turns: readonly (readonly [question: string, answer: string])[];
}

/** The prompt for the last answer, and the whole text. */
export function renderFamily(
  family: TemplateFamily,
  { system, turns: given }: Conversation,
): { readonly prompt: string; readonly text: string } {
  const { begin, user, opening, ending } = family;
  let prompt = begin + (system !== undefined && family.system !== undefined ? family.system(system) : '');
  let text = prompt;
  for (const [question, answer] of given) {
    prompt = text + user(question) + opening;
    text = prompt + answer + ending;
  }
  return { prompt, text };
}
