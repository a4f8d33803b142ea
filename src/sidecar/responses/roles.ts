/** Who speaks in a turn of a conversation, as far as a response's place depends on it. */
export type Role = 'assistant' | 'other';

/** Names of the speaker whose message is scored, in lower case. */
const ASSISTANT_NAMES = [
  ...['assistant', 'model', 'bot', 'chatbot', 'ai', 'gpt', 'llm', 'agent', 'response', 'answer'],
  ...['助手', '助理'],
];

/** Names of all others. */
const OTHER_NAMES = [
  ...[
    'user',
    'human',
    'instruction',
    'question',
    'query',
    'prompt',
    'prompter',
    'input',
    'inst',
    'userprompt',
    'customer',
  ],
  ...['system', 'sys', 'developer', 'tool', 'function', 'observation', 'ipython', 'environment'],
  ...['用户', '系统'],
];

const ROLES: ReadonlyMap<string, Role> = new Map([
  ...ASSISTANT_NAMES.map((name) => [name, 'assistant'] as const),
  ...OTHER_NAMES.map((name) => [name, 'other'] as const),
]);
const LONGEST_NAME = Math.max(...[...ROLES.keys()].map(({ length }) => length));

/** Names that count even as a part of a word: `startofassistant`, `userprompt`. */
const LONG_NAMES: readonly (readonly [string, Role])[] = [
  ['assistant', 'assistant'],
  ['chatbot', 'assistant'],
  ['system', 'other'],
  ['human', 'other'],
  ['user', 'other'],
];

/** The role that a word names, in whatever case. */
export function roleOf(word: string): Role | undefined {
  return word.length > LONGEST_NAME ? undefined : (ROLES.get(word) ?? ROLES.get(word.toLowerCase()));
}

/** The role that one of a special token's words names, and that word's part; words in lower case. */
export function roleAmong(words: readonly string[]): { role: Role; name: string } | undefined {
  for (const word of words) {
    const role = roleOf(word);
    if (role !== undefined) return { role, name: word };
    const long = LONG_NAMES.find(([name]) => word.includes(name));
    if (long !== undefined) return { role: long[1], name: long[0] };
  }
  return undefined;
}
