import { type BracketedToken, isEndToken, isOpeningBracket, tokenAt } from './bracketed-tokens.js';
import { BARE_OPENERS, CLOSER_SPACES, KNOWN_SPACES, NAMED_MARKS } from './chat-templates.js';
import { type Role, roleAmong, roleOf } from './roles.js';
import type { SearchedText } from './text-search.js';

/**
 * What a chat template writes before the message of a role: `<|im_start|>user`, `<|assistant|>`, `[/INST]`,
 * `<role>HUMAN</role>`, `### Response:`.
 */
export interface TurnMark {
  readonly start: number;
  /** Behind the mark, before the white space that a template may write there. */
  readonly end: number;
  readonly role: Role;
  /** The mark up to the role, with `@` for the role: the same for all turns of one template. */
  readonly family: string;
  /** What stands behind the role and belongs to the mark: `<|end_header_id|>`; often empty. */
  readonly closer: string;
  /**
   * Whether such a mark alone shows a chat template. Marks without bars (`<assistant>`, `Assistant:`),
   * which a person may write, do so only where a turn of another role opened the conversation in the same
   * way.
   */
  readonly isSure: boolean;
  /** Whether the first mark of its family may stand here: one with a colon begins a conversation. */
  readonly mayBegin: boolean;
}

/** Words of brackets without bars that stand around a role, or before it. */
const PLAIN_WORDS: ReadonlySet<string> = new Set(
  'start of turn begin role token im seed bos bom msg message extra id 0 1 2'.split(' '),
);

/** Words of tokens that belong to a message, not to the mark before it. */
const CONTENT_WORD = /^(?:think|thought|reason|tool|call|function|channel|image|audio|video)/;

/** Words of end tokens that close the mark itself: `<|end_header_id|>`, `</role>`. */
const MARK_WORD = /^(?:header|role|head)$/;

const COLON = 0x3a;
const NEW_LINE = 0x0a;
const SPACE = 0x20;
const LONGEST_ROLE = 24;
const LONGEST_LEAD = 24;
/** Tokens of a mark behind its role. */
const MOST_CLOSERS = 3;

/**
 * The turn marks between `start` and `end`, in order: those of known templates, and all of their shapes.
 * Each code unit is read a bounded number of times.
 */
export function* turnMarks(text: SearchedText, start: number, end: number): Generator<TurnMark> {
  // Up to here there is nothing but tokens and white space.
  let blankEnd = start;
  for (let index = start; index < end; ) {
    const unit = text.charCodeAt(index);
    const token = openerAt(text, index, end, unit);
    const mark =
      token === undefined
        ? unit === COLON
          ? colonMark(text, index, start, blankEnd)
          : undefined
        : bracketedMark(text, token, end);
    if (mark !== undefined) yield mark;
    const next = Math.max(mark?.end ?? 0, token?.end ?? index + 1);
    if (blankEnd === index && (token !== undefined || unit <= 0x20)) blankEnd = token?.end ?? next;
    index = next;
  }
}

/** The mark between `start` and `end` that ends at `end`. */
export function lastMark(text: SearchedText, start: number, end: number): TurnMark | undefined {
  const mark = [...turnMarks(text, start, end)].at(-1);
  return mark?.end === end ? mark : undefined;
}

/** The white space that a template writes behind a mark, where the text has it: that of known families. */
export function knownSpace({ family, closer }: TurnMark): string | undefined {
  const space = KNOWN_SPACES.get(family);
  if (space === undefined || closer === '') return space;
  return CLOSER_SPACES.get(closer) ?? '';
}

function openerAt(text: SearchedText, index: number, end: number, unit: number): BracketedToken | undefined {
  if (isOpeningBracket(unit)) return tokenAt(text, index, end);
  if (unit !== 0x5d) return undefined;
  const bare = BARE_OPENERS.find((opener) => text.slice(index, index + opener.length) === opener);
  if (bare === undefined || index + bare.length > end) return undefined;
  return { start: index, end: index + bare.length, inner: bare, words: [], isBarred: true };
}

function bracketedMark(text: SearchedText, token: BracketedToken, end: number): TurnMark | undefined {
  const { start, words, isBarred } = token;
  const whole = text.slice(start, token.end);
  const named = NAMED_MARKS.get(whole);
  if (named !== undefined)
    return { ...named, start, end: token.end, closer: '', isSure: true, mayBegin: true };
  if (isEndToken(token) || words.some((word) => CONTENT_WORD.test(word))) return undefined;
  const found = roleAmong(words);
  const isPlausible = isBarred || words.every((word) => word === found?.name || PLAIN_WORDS.has(word));
  if (!isPlausible) return undefined;
  if (found !== undefined) {
    const family = whole.toLowerCase().replace(found.name, '@');
    const repeated = wordAt(text, token.end, end);
    const isRepeated = roleOf(repeated) === found.role && isTokenAt(text, token.end + repeated.length, end);
    const behind = pastClosers(text, isRepeated ? token.end + repeated.length : token.end, end);
    return mark(text, { start, roleEnd: token.end, end: behind, role: found.role, family, isSure: isBarred });
  }
  const word = wordAt(text, token.end, end);
  const role = roleOf(word);
  if (role === undefined) return undefined;
  const roleEnd = token.end + word.length;
  if (roleEnd < end && text.charCodeAt(roleEnd) !== NEW_LINE && !isHeaderAt(text, roleEnd, end))
    return undefined;
  const behind = pastClosers(text, roleEnd, end);
  return mark(text, { start, roleEnd, end: behind, role, family: `${whole}@`, isSure: isBarred });
}

function mark(
  text: SearchedText,
  { roleEnd, ...parts }: Omit<TurnMark, 'closer' | 'mayBegin'> & { readonly roleEnd: number },
): TurnMark {
  const isSure = parts.isSure || KNOWN_SPACES.has(parts.family);
  return { ...parts, closer: text.slice(roleEnd, parts.end), isSure, mayBegin: true };
}

/** Letters and digits from `start` on; empty where there are more than a role has. */
function wordAt(text: SearchedText, start: number, end: number): string {
  const word = /^[\p{L}\p{N}]*/u.exec(text.slice(start, Math.min(end, start + LONGEST_ROLE)))?.[0] ?? '';
  return word.length < LONGEST_ROLE ? word : '';
}

function isTokenAt(text: SearchedText, start: number, end: number): boolean {
  return start < end && isOpeningBracket(text.charCodeAt(start)) && tokenAt(text, start, end) !== undefined;
}

/** A token, or harmony's recipient (` to=user`), behind a role. */
function isHeaderAt(text: SearchedText, start: number, end: number): boolean {
  return isTokenAt(text, start, end) || text.slice(start, Math.min(end, start + 4)) === ' to=';
}

/** Past the tokens that close a mark: `<|im_sep|>`, `<|end_header_id|>`, `</role>`, `<|START_RESPONSE|>`. */
function pastClosers(text: SearchedText, start: number, end: number): number {
  let index = start;
  for (let closers = 0; closers < MOST_CLOSERS && index < end; closers++) {
    const token = isOpeningBracket(text.charCodeAt(index)) ? tokenAt(text, index, end) : undefined;
    if (token === undefined || !isCloser(token)) break;
    index = token.end;
  }
  return index;
}

function isCloser(token: BracketedToken): boolean {
  const { words, isBarred } = token;
  if (words.some((word) => MARK_WORD.test(word))) return isEndToken(token);
  if (!isBarred || isEndToken(token) || words.some((word) => CONTENT_WORD.test(word))) return false;
  return roleAmong(words)?.role !== 'other';
}

/**
 * A role with a colon at the beginning of a line (`Human:`, `### Response:`, `GPT4 Correct Assistant:`), or
 * one in capitals within it (Vicuna's `USER:`).
 */
function colonMark(text: SearchedText, colon: number, start: number, blankEnd: number): TurnMark | undefined {
  let wordStart = colon;
  const stop = Math.max(start, colon - LONGEST_ROLE);
  while (wordStart > stop && isAsciiLetter(text.charCodeAt(wordStart - 1))) wordStart--;
  const word = text.slice(wordStart, colon);
  const role = roleOf(word);
  if (role === undefined) return undefined;
  const lead = leadOfLine(text, wordStart, start);
  const parts = { end: colon + 1, role, closer: '', isSure: false };
  if (lead !== undefined) {
    const markStart = wordStart - lead.length;
    const mayBegin = markStart <= blankEnd || lead.startsWith('#');
    return { ...parts, start: markStart, family: `${lead.toLowerCase()}@:`, mayBegin };
  }
  const isCapital =
    word.length > 2 && word === word.toUpperCase() && text.charCodeAt(wordStart - 1) === SPACE;
  return isCapital ? { ...parts, start: wordStart, family: 'CAPITALS@:', mayBegin: true } : undefined;
}

const LEAD = /^(?:#{1,6} ?)?(?:[A-Za-z\d]{1,10} ){0,2}$/;

/**
 * What a line has before its role: nothing, `### ` or up to two words; undefined where it has something
 * else.
 */
function leadOfLine(text: SearchedText, wordStart: number, start: number): string | undefined {
  const stop = Math.max(start, wordStart - LONGEST_LEAD);
  let index = wordStart;
  while (index > stop && !isLineStart(text.charCodeAt(index - 1))) index--;
  if (index === stop && stop > start) return undefined;
  const lead = text.slice(index, wordStart).replace(/^ +/, '');
  return LEAD.test(lead) ? lead : undefined;
}

/** A line end, or the end of a token. */
function isLineStart(unit: number): boolean {
  return unit === NEW_LINE || unit === 0x3e || unit === 0x5d || unit === 0x7d;
}

function isAsciiLetter(unit: number): boolean {
  return (unit >= 0x41 && unit <= 0x5a) || (unit >= 0x61 && unit <= 0x7a);
}
