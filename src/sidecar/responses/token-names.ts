import { KNOWN_SPACES, NAMED_MARKS } from './chat-templates.js';
import { type Role, roleAmong } from './roles.js';

/** What the name of a bracketed token shows. */
export interface TokenName {
  /** The role whose message it opens: `<|assistant|>`, `[INST]`. */
  readonly role: Role | undefined;
  /** The token with `@` for the role that it names, or that follows it; empty where it opens no turn. */
  readonly family: string;
  /** Whether a role's name may follow: `<|im_start|>`. */
  readonly opensRole: boolean;
  /**
   * Whether it may stand behind a role and belong to its mark: `<|end_header_id|>`, `</role>`,
   * `<|START_RESPONSE|>`.
   */
  readonly closesRole: boolean;
  /** Whether it alone shows a chat template. */
  readonly isSure: boolean;
  /**
   * Whether it ends a message or fills a batch up: any token in bars, or one such as `</s>`, `<eos>`,
   * `<end_of_turn>`.
   */
  readonly endsMessage: boolean;
}

const ORDINARY: TokenName = {
  role: undefined,
  family: '',
  opensRole: false,
  closesRole: false,
  isSure: false,
  endsMessage: false,
};

/**
 * Names remembered between texts: those of every model's special tokens, and of what people write in
 * brackets.
 */
const MOST_REMEMBERED = 4_096;
const remembered = new Map<string, TokenName>();

/** Names of one text that are read anew: no text of a template has more; beyond it, brackets are ordinary. */
const MOST_NEW = 10_000;

/** The names of the tokens of one text. */
export class TokenNames {
  #new = 0;

  /** What the name of a whole token shows, brackets included. */
  get(whole: string): TokenName {
    const known = remembered.get(whole);
    if (known !== undefined) return known;
    if (this.#new === MOST_NEW) return ORDINARY;
    this.#new++;
    if (remembered.size === MOST_REMEMBERED) remembered.clear();
    const name = readName(whole);
    remembered.set(whole, name);
    return name;
  }
}

/** Words of brackets without bars that stand around a role, or before it. */
const PLAIN_WORDS: ReadonlySet<string> = new Set(
  'start of turn begin role token im seed bos bom msg message extra id 0 1 2'.split(' '),
);

/** Words of tokens that belong to a message, not to the mark before it. */
const CONTENT_WORD = /^(?:think|thought|reason|tool|call|function|channel|image|audio|video)/;

/** Words of end tokens that close a mark, not a message. */
const MARK_WORDS: ReadonlySet<string> = new Set(['header', 'role', 'head']);

/**
 * Words of tokens that stand between a role and its message; others may begin the message: `<|python_tag|>`.
 */
const CLOSING_WORDS: ReadonlySet<string> = new Set([
  'sep',
  'middle',
  'message',
  'content',
  'response',
  'answer',
]);

const END_WORDS: ReadonlySet<string> = new Set('end eos eot eom eod stop return call pad'.split(' '));

/**
 * Words of tokens without bars that end a message or a text: `</b>` and `<end>` may be the response's own.
 */
const SURE_END_WORDS: ReadonlySet<string> = new Set(['eos', 'eot', 'eom', 'eod', 'pad']);

function readName(whole: string): TokenName {
  const inner = whole.slice(1, -1);
  const words = wordsOf(inner);
  const isBarred = isBar(inner.at(0)) || isBar(inner.at(-1));
  const isEnd = isEndToken(inner, words);
  const endsMessage = isBarred || isSureEnd(inner, words);
  const named = NAMED_MARKS.get(whole);
  if (named !== undefined) return { ...ORDINARY, ...named, isSure: true };
  const found = roleAmong(words);
  const isContent = words.some((word) => CONTENT_WORD.test(word));
  const closesRole = words.some((word) => MARK_WORDS.has(word))
    ? isEnd
    : isBarred && !isEnd && !isContent && words.some((word) => CLOSING_WORDS.has(word));
  const isPlausible = isBarred || words.every((word) => word === found?.name || PLAIN_WORDS.has(word));
  if (isEnd || isContent || !isPlausible) return { ...ORDINARY, closesRole, endsMessage };
  // Nemotron numbers its openers: `<extra_id_0>System`, `<extra_id_1>User`.
  const family =
    found === undefined ? `${whole.replace(/\d/g, '#')}@` : whole.toLowerCase().replace(found.name, '@');
  const isSure = isBarred || KNOWN_SPACES.has(family);
  return { role: found?.role, family, opensRole: found === undefined, closesRole, isSure, endsMessage };
}

/** The words of a name, in lower case: `start`, `header`, `id`. */
function wordsOf(inner: string): string[] {
  return inner
    .toLowerCase()
    .split(/[^\p{L}\p{N}]/u)
    .filter((word) => word !== '');
}

/** Bars, and MiniMax's tildes: no text of a person has them within brackets. */
function isBar(character: string | undefined): boolean {
  return character === '|' || character === '｜' || character === '~';
}

/** Whether a token ends something: `<|eot|>`, `<turn|>`, `</s>`, `<|END_OF_TURN_TOKEN|>`, `[|endofturn|]`. */
function isEndToken(inner: string, words: readonly string[]): boolean {
  const isSlashed = inner.startsWith('/') || (isBar(inner.at(0)) && inner.at(1) === '/');
  const isHalfBarred = isBar(inner.at(-1)) && !isBar(inner.at(0));
  return isSlashed || isHalfBarred || words.some((word) => END_WORDS.has(word) || word.startsWith('endof'));
}

function isSureEnd(inner: string, words: readonly string[]): boolean {
  return (
    inner === '/s' ||
    words.some((word) => SURE_END_WORDS.has(word) || word.startsWith('endof')) ||
    (words.includes('end') && words.includes('of'))
  );
}
