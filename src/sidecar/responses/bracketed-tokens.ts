import type { SearchedText } from './text-search.js';

/** A token as tokenizers write special ones: a name in brackets, such as `<|im_end|>` or `[INST]`. */
export interface BracketedToken {
  readonly start: number;
  readonly end: number;
  /** What stands between the brackets, bars included. */
  readonly inner: string;
  /** The words of its name, in lower case: `start`, `header`, `id`. */
  readonly words: readonly string[];
  /** Whether bars or more brackets set it off, as no text of a person has it: `<|…|>`, `<｜…｜>`, `[|…|]`. */
  readonly isBarred: boolean;
}

/** Names of special tokens are short. */
const LONGEST_NAME = 48;

const PAIRS = ['<>', '[]', '{}', '⟨⟩', '〈〉', '《》', '【】', '«»', '◁▷'].map(
  (pair) => [pair.charCodeAt(0), pair.charCodeAt(1)] as const,
);
const CLOSING: ReadonlyMap<number, number> = new Map(PAIRS);
const OPENING: ReadonlyMap<number, number> = new Map(PAIRS.map(([opening, closing]) => [closing, opening]));

/** Whether a bracketed token can begin with this code unit. */
export function isOpeningBracket(unit: number): boolean {
  if (unit < 0x80) return unit === 0x3c || unit === 0x5b || unit === 0x7b;
  return unit === 0xab || (unit >= 0x25c1 && unit <= 0x3010 && CLOSING.has(unit));
}

/** The token that begins at `start`, if one ends before `end`. */
export function tokenAt(text: SearchedText, start: number, end: number): BracketedToken | undefined {
  const opening = text.charCodeAt(start);
  const closing = CLOSING.get(opening);
  if (closing === undefined) return undefined;
  const stop = Math.min(end, start + LONGEST_NAME + 2);
  let index = start + 1;
  while (index < stop && isNameUnit(text.charCodeAt(index), opening, closing)) index++;
  if (index === start + 1 || index >= stop || text.charCodeAt(index) !== closing) return undefined;
  return token(text.slice(start + 1, index), start, index + 1);
}

/** The token that ends at `end`, if one begins at `start` or after it. */
export function tokenBefore(text: SearchedText, end: number, start: number): BracketedToken | undefined {
  if (end <= start) return undefined;
  const closing = text.charCodeAt(end - 1);
  const opening = OPENING.get(closing);
  if (opening === undefined) return undefined;
  const stop = Math.max(start, end - LONGEST_NAME - 2);
  let index = end - 2;
  while (index >= stop && isNameUnit(text.charCodeAt(index), opening, closing)) index--;
  if (index === end - 2 || index < stop || text.charCodeAt(index) !== opening) return undefined;
  return token(text.slice(index + 1, end - 1), index, end);
}

function isNameUnit(unit: number, opening: number, closing: number): boolean {
  return unit > 0x20 && unit !== 0x85 && unit !== 0xa0 && unit !== opening && unit !== closing;
}

function token(inner: string, start: number, end: number): BracketedToken {
  const words = inner
    .toLowerCase()
    .split(/[^\p{L}\p{N}]/u)
    .filter((word) => word !== '');
  return { start, end, inner, words, isBarred: isBar(inner.at(0)) || isBar(inner.at(-1)) };
}

function isBar(character: string | undefined): boolean {
  return character === '|' || character === '｜';
}

const END_WORDS: ReadonlySet<string> = new Set([
  ...['end', 'eos', 'eot', 'eom', 'eod', 'stop', 'return', 'call', 'pad'],
]);

/**
 * Whether the token ends something: `<|eot|>`, `<turn|>`, `</s>`, `<|END_OF_TURN_TOKEN|>`, `[|endofturn|]`.
 */
export function isEndToken({ inner, words }: BracketedToken): boolean {
  if (/^[|｜]?\//.test(inner) || /^[^|｜].*[|｜]$/s.test(inner)) return true;
  return words.some((word) => END_WORDS.has(word) || word.startsWith('endof'));
}

/**
 * Words of tokens without bars that end a message or a text: `</b>` and `<end>` may be the response's own.
 */
const SURE_END_WORDS: ReadonlySet<string> = new Set(['eos', 'eot', 'eom', 'eod', 'pad']);

/**
 * The length of the token that ends at `end` and ends a message or fills a batch up: any token in bars, or
 * one whose name says so (`</s>`, `<eos>`, `<end_of_turn>`); 0 where there is none.
 */
export function lengthOfEndToken(text: SearchedText, end: number, start: number): number {
  const found = tokenBefore(text, end, start);
  if (found === undefined) return 0;
  const { inner, words, isBarred } = found;
  const isNamedEnd =
    inner === '/s' ||
    words.some((word) => SURE_END_WORDS.has(word) || word.startsWith('endof')) ||
    (words.includes('end') && words.includes('of'));
  return isBarred || isNamedEnd ? end - found.start : 0;
}
