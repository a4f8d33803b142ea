import { BARE_OPENERS } from './chat-templates.js';
import type { SearchedText } from './text-search.js';
import type { TokenName, TokenNames } from './token-names.js';

/** A token as tokenizers write special ones: a name in brackets, such as `<|im_end|>` or `[INST]`. */
export interface BracketedToken {
  readonly start: number;
  readonly end: number;
  readonly name: TokenName;
}

/** With what the openers begin that have no opening bracket. */
const BARE_OPENING = 0x5d;

/** Names of special tokens are short. */
const LONGEST_NAME = 48;

const PAIRS = ['<>', '[]', '{}', '⟨⟩', '〈〉', '《》', '【】', '«»', '◁▷'].map(
  (pair) => [pair.charCodeAt(0), pair.charCodeAt(1)] as const,
);
const CLOSING: ReadonlyMap<number, number> = new Map(PAIRS);
const OPENING: ReadonlyMap<number, number> = new Map(PAIRS.map(([opening, closing]) => [closing, opening]));

/** The bracketed token that begins at `start`, if one ends before `end` or there. */
export function tokenAt(
  text: SearchedText,
  start: number,
  end: number,
  names: TokenNames,
): BracketedToken | undefined {
  const last = start < end ? endOfToken(text, start, end) : 0;
  return last === 0 ? undefined : { start, end: last, name: names.get(text.slice(start, last)) };
}

/** Whether {@link tokenAt} may find a token that begins with this unit. */
export function mayBeginToken(unit: number): boolean {
  return unit === BARE_OPENING || closingOf(unit) !== undefined;
}

/** The bracketed token that ends at `end`, if one begins at `start` or after it. */
export function tokenBefore(
  text: SearchedText,
  end: number,
  start: number,
  names: TokenNames,
): BracketedToken | undefined {
  if (end <= start) return undefined;
  const closing = text.charCodeAt(end - 1);
  const opening = OPENING.get(closing);
  if (opening === undefined) return undefined;
  const stop = Math.max(start, end - LONGEST_NAME - 2);
  let index = end - 2;
  while (index >= stop && isNameUnit(text.charCodeAt(index), opening, closing)) index--;
  if (index === end - 2 || index < stop || text.charCodeAt(index) !== opening) return undefined;
  return { start: index, end, name: names.get(text.slice(index, end)) };
}

/** Where the token that begins at `start` ends; 0 where none begins. */
function endOfToken(text: SearchedText, start: number, end: number): number {
  const opening = text.charCodeAt(start);
  if (opening === BARE_OPENING) return endOfBareOpener(text, start, end);
  const closing = closingOf(opening);
  if (closing === undefined) return 0;
  const stop = Math.min(end, start + LONGEST_NAME + 2);
  let index = start + 1;
  while (index < stop && isNameUnit(text.charCodeAt(index), opening, closing)) index++;
  const isToken = index > start + 1 && index < stop && text.charCodeAt(index) === closing;
  return isToken ? index + 1 : 0;
}

function closingOf(unit: number): number | undefined {
  if (unit < 0x80) return unit === 0x3c ? 0x3e : unit === 0x5b ? 0x5d : unit === 0x7b ? 0x7d : undefined;
  return unit === 0xab || (unit >= 0x25c1 && unit <= 0x3010) ? CLOSING.get(unit) : undefined;
}

function endOfBareOpener(text: SearchedText, start: number, end: number): number {
  const opener = BARE_OPENERS.find((one) => text.slice(start, start + one.length) === one);
  return opener === undefined || start + opener.length > end ? 0 : start + opener.length;
}

function isNameUnit(unit: number, opening: number, closing: number): boolean {
  return unit > 0x20 && unit !== 0x85 && unit !== 0xa0 && unit !== opening && unit !== closing;
}
