import { type BracketedToken, mayBeginToken, tokenAt } from './bracketed-tokens.js';
import { CLOSER_SPACES, KNOWN_SPACES } from './chat-templates.js';
import { type Role, roleOf } from './roles.js';
import type { SearchedText } from './text-search.js';
import { TokenNames } from './token-names.js';

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
  /** Whether the first mark of its family may stand here: one that is not sure begins a text. */
  readonly mayBegin: boolean;
}

const COLON = 0x3a;
const NEW_LINE = 0x0a;
const SPACE = 0x20;
const RECIPIENT = ' to=';
const LONGEST_ROLE = 24;
const LONGEST_LEAD = 24;
/** Tokens of a mark behind its role. */
const MOST_CLOSERS = 3;

/**
 * The turn marks between `start` and `end`, in order: those of known templates, and all of their shapes.
 * Each code unit is read a bounded number of times.
 */
export function* turnMarks(text: SearchedText, start: number, end: number): Generator<TurnMark> {
  const names = new TokenNames();
  // Up to here there is nothing but tokens and white space.
  let blankEnd = start;
  for (let index = start; index < end; ) {
    const unit = text.charCodeAt(index);
    if (index > blankEnd && isPlain(unit)) {
      index++;
      continue;
    }
    const token = tokenAt(text, index, end, names);
    const isFirst = index <= blankEnd;
    const mark = token === undefined ? undefined : bracketedMark(text, token, { end, names, isFirst });
    const found = mark ?? (unit === COLON ? colonMark(text, index, start, blankEnd) : undefined);
    if (found !== undefined) yield found;
    if (blankEnd === index && (token !== undefined || unit <= SPACE)) blankEnd = token?.end ?? index + 1;
    index = found?.end ?? token?.end ?? index + 1;
  }
}

/** Whether no mark begins or ends with the unit, as with most units of a text. */
function isPlain(unit: number): boolean {
  return unit < 0x80 && unit !== COLON && !mayBeginToken(unit);
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

function bracketedMark(
  text: SearchedText,
  { start, end: tokenEnd, name }: BracketedToken,
  { end, names, isFirst }: { readonly end: number; readonly names: TokenNames; readonly isFirst: boolean },
): TurnMark | undefined {
  const { role, family, isSure } = name;
  const mayBegin = isSure || isFirst;
  if (role !== undefined) {
    const wordEnd = endOfWord(text, tokenEnd, end);
    // Kimi names the role twice: `<|im_user|>user<|im_middle|>`.
    const isRepeated = wordEnd > tokenEnd && roleOf(text.slice(tokenEnd, wordEnd)) === role;
    const roleEnd = isRepeated && tokenAt(text, wordEnd, end, names) !== undefined ? wordEnd : tokenEnd;
    const behind = pastClosers(text, roleEnd, end, names);
    const closer = text.slice(roleEnd, behind);
    return { start, end: behind, role, family, closer, isSure, mayBegin };
  }
  if (!name.opensRole) return undefined;
  const roleEnd = endOfWord(text, tokenEnd, end);
  const behindToken = roleEnd > tokenEnd ? roleOf(text.slice(tokenEnd, roleEnd)) : undefined;
  if (behindToken === undefined || !endsRole(text, roleEnd, end, names)) return undefined;
  const behind = pastClosers(text, roleEnd, end, names);
  const closer = text.slice(roleEnd, behind);
  return { start, end: behind, role: behindToken, family, closer, isSure, mayBegin };
}

/** Past letters and digits from `start` on; `start` where there are more than a role has. */
function endOfWord(text: SearchedText, start: number, end: number): number {
  const stop = Math.min(end, start + LONGEST_ROLE);
  let index = start;
  while (index < stop && isWordUnit(text.charCodeAt(index))) index++;
  return index === start + LONGEST_ROLE ? start : index;
}

function isWordUnit(unit: number): boolean {
  if (unit < 0x80) return isAsciiLetter(unit) || (unit >= 0x30 && unit <= 0x39);
  return /[\p{L}\p{N}]/u.test(String.fromCharCode(unit));
}

/** Whether the name of a role may end here: at a line's end, a token, or harmony's recipient (` to=user`). */
function endsRole(text: SearchedText, roleEnd: number, end: number, names: TokenNames): boolean {
  if (roleEnd === end || isLineEnd(text.charCodeAt(roleEnd))) return true;
  if (tokenAt(text, roleEnd, end, names) !== undefined) return true;
  return text.slice(roleEnd, Math.min(end, roleEnd + RECIPIENT.length)) === RECIPIENT;
}

/** Past the tokens that close a mark. */
export function pastClosers(
  text: SearchedText,
  start: number,
  end: number,
  names = new TokenNames(),
): number {
  let index = start;
  for (let closers = 0; closers < MOST_CLOSERS; closers++) {
    const token = tokenAt(text, index, end, names);
    if (token?.name.closesRole !== true) break;
    index = token.end;
  }
  return index;
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
  const role = wordStart === colon ? undefined : COLON_ROLES.get(word.toLowerCase());
  if (role === undefined) return undefined;
  const isCapital = word.length > 2 && word === word.toUpperCase();
  const lead = leadOfLine(text, wordStart, start);
  // "GPT4 Correct User:", but no line such as "The user:".
  if (lead !== undefined && /\w/.test(lead) && word === word.toLowerCase()) return undefined;
  const isWithinLine = isCapital && text.charCodeAt(wordStart - 1) === SPACE;
  if (lead === undefined && !isWithinLine) return undefined;
  const markStart = wordStart - (lead?.length ?? 0);
  const family = lead ? `${lead.toLowerCase()}@:` : isCapital ? 'CAPITALS@:' : '@:';
  const mayBegin = markStart <= blankEnd || lead?.startsWith('#') === true || family === 'CAPITALS@:';
  return { start: markStart, end: colon + 1, role, family, closer: '', isSure: false, mayBegin };
}

/** Names that templates without brackets use; "Model:" or "Input:" is more often a line of a list. */
const COLON_ROLES: ReadonlyMap<string, Role> = new Map([
  ...['user', 'human', 'instruction', 'question', 'prompt', 'system'].map((name) => [name, 'other'] as const),
  ...['assistant', 'ai', 'bot', 'response', 'answer'].map((name) => [name, 'assistant'] as const),
]);

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
  while (index < wordStart && text.charCodeAt(index) === SPACE) index++;
  const lead = text.slice(index, wordStart);
  return lead === '' || LEAD.test(lead) ? lead : undefined;
}

function isLineEnd(unit: number): boolean {
  return unit === NEW_LINE || unit === 0x0d;
}

/** A line end, or the end of a token. */
function isLineStart(unit: number): boolean {
  return unit === NEW_LINE || unit === 0x3e || unit === 0x5d || unit === 0x7d;
}

function isAsciiLetter(unit: number): boolean {
  return (unit >= 0x41 && unit <= 0x5a) || (unit >= 0x61 && unit <= 0x7a);
}
