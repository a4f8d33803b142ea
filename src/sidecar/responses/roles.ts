/** Who speaks in a turn of a conversation, as far as a response's place depends on it. */
export type Role = 'assistant' | 'other';

/** Names of the speaker whose message is scored, in lower case. */
const ASSISTANT_NAMES: ReadonlySet<string> = new Set([
  ...['assistant', 'model', 'bot', 'chatbot', 'ai', 'gpt', 'llm', 'agent', 'response', 'answer'],
  ...['助手', '助理'],
]);

/** Names of all others. */
const OTHER_NAMES: ReadonlySet<string> = new Set([
  ...['user', 'human', 'instruction', 'question', 'query', 'prompt', 'input', 'inst', 'userprompt'],
  ...['system', 'sys', 'developer', 'tool', 'function', 'observation', 'ipython', 'environment'],
  ...['用户', '系统'],
]);

/** Names that are told apart even as a part of a word: `startofassistant`, `userprompt`. */
const LONG_NAMES: readonly (readonly [string, Role])[] = [
  ['assistant', 'assistant'],
  ['chatbot', 'assistant'],
  ['system', 'other'],
  ['human', 'other'],
  ['user', 'other'],
];

/** The role that a word names, in whatever case. */
export function roleOf(word: string): Role | undefined {
  const name = word.toLowerCase();
  if (ASSISTANT_NAMES.has(name)) return 'assistant';
  return OTHER_NAMES.has(name) ? 'other' : undefined;
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
