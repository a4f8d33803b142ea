import { MarkSpaces } from './answer-mark.js';
import { endWithoutThoughtMarks } from './answer-text.js';
import { LEADING_TOKENS } from './chat-templates.js';
import { type Opening, pastOpening } from './learnt-template.js';
import type { MessageEnds } from './message-ends.js';
import { overlap } from './text-search.js';
import { Tokens } from './tokens.js';
import { lastMark, pastClosers, type TurnMark, turnMarks } from './turn-marks.js';

/** What precedes a response, besides the marks of turns that are known by their shape. */
export interface AnswerSigns {
  readonly ends: MessageEnds;
  /** Texts behind which an answer begins: the configured marker, the opening learnt from a chat template. */
  readonly openings: readonly Opening[];
}

/** Where the response begins, and whether the whole prompt precedes it or its tail alone. */
export interface AfterPrompt {
  readonly start: number;
  readonly rule: 'prompt' | 'prompt-tail';
}

/**
 * A shorter match of a prompt's end and a text's beginning is taken for chance, not for a truncated prompt.
 */
const SHORTEST_TAIL = 8;

/** A prompt's last mark is looked for in this many code units at its end. */
const LAST_MARK = 256;

/**
 * Code units of prompts that are compared for each code unit of a text: enough for hundreds of turns that
 * end alike; beyond it, the place is left to the rules that need no prompt.
 */
const MOST_COMPARED = 16;

const REPLACEMENT = 0xfffd;
/** Bytes of a character in UTF-8 that a cut can leave, each decoded to U+FFFD. */
const MOST_CUT_BYTES = 3;

const LEADING = new Tokens(LEADING_TOKENS);

/**
 * Where the response begins behind the prompt: a prompt counts only at a boundary of turns, so that a short
 * one ("hi") is not found within another word. In this order:
 *
 * 1. a prompt with its chat template applied: where it ends at the beginning of the text, else at an
 *    assistant's mark, the last such place;
 * 2. a bare prompt: the last place where it ends a message that an assistant's mark follows;
 * 3. a prompt with which the text begins, without any mark;
 * 4. nothing, where the text ends within the prompt;
 * 5. a tail of the prompt with which the text begins: its front was cut off, perhaps within a character.
 *
 * Tokens such as BOS may stand before text and prompt. Each code unit is read a bounded number of times.
 */
export function findAfterPrompt(text: string, prompt: string, signs: AnswerSigns): AfterPrompt | undefined {
  const head = headOf(prompt, signs);
  if (head.text === '') return undefined;
  const places = [0, LEADING.pastThese(text, 0)];
  const first = places.find((place) => text.startsWith(head.text, place));
  const plainEnd = first === undefined ? -1 : first + head.whole.trimEnd().length;
  const last =
    head.isTemplated && first !== undefined ? undefined : lastBoundary(text, head, plainEnd, signs);
  if (last !== undefined) return { start: last, rule: 'prompt' };
  if (first !== undefined)
    return { start: pastHead(text, first + head.text.length, head, signs), rule: 'prompt' };
  if (places.some((place) => isCutWithin(text.slice(place), head.text)))
    return { start: text.length, rule: 'prompt' };
  const end = endOfTail(text, head, places);
  return end === undefined ? undefined : { start: pastHead(text, end, head, signs), rule: 'prompt-tail' };
}

/** A prompt without what its text may lack. */
interface Head {
  /** All of it, from behind tokens such as BOS. */
  readonly whole: string;
  /** From behind tokens such as BOS to the opening of the answer, or to the end where there is none. */
  readonly text: string;
  /** Whether the opening of an answer ends it. */
  readonly isTemplated: boolean;
  /** The mark in that opening, where it was found by its shape. */
  readonly mark: TurnMark | undefined;
  /** The white space behind the opening. */
  readonly space: string;
}

function headOf(prompt: string, { openings }: AnswerSigns): Head {
  const start = LEADING.pastThese(prompt, 0);
  const whole = prompt.slice(start);
  const end = Math.max(start, endWithoutThoughtMarks(prompt));
  const trimmed = Math.max(start, prompt.slice(0, end).trimEnd().length);
  const mark = lastMark(prompt, Math.max(start, trimmed - LAST_MARK), trimmed);
  const isTemplated =
    mark?.role === 'assistant' ||
    openings.some(({ text }) => prompt.slice(start, trimmed).endsWith(text.trimEnd()));
  return isTemplated
    ? { whole, text: prompt.slice(start, trimmed), isTemplated, mark, space: prompt.slice(trimmed, end) }
    : { whole, text: whole, isTemplated, mark: undefined, space: '' };
}

/** Past what the chat template writes between a prompt that ends here and its response. */
function pastHead(text: string, end: number, head: Head, signs: AnswerSigns): number {
  if (!head.isTemplated) return pastTurn(text, end, signs);
  if (text.startsWith(head.space, end) && head.space !== '') return end + head.space.length;
  const learnt = signs.openings.find((opening) => head.text.endsWith(opening.text.trimEnd()));
  if (learnt !== undefined) return pastOpening(text, end - learnt.text.trimEnd().length, learnt);
  return head.mark === undefined ? end : pastMark(text, { ...head.mark, end });
}

/** Past an assistant's mark of which the prompt may have had the beginning alone, and its white space. */
function pastMark(text: string, mark: TurnMark): number {
  const spaces = new MarkSpaces();
  for (const before of turnMarks(text, 0, mark.end)) spaces.add(before, text);
  const end = pastClosers(text, mark.end, text.length);
  return spaces.past({ ...mark, end, closer: mark.closer + text.slice(mark.end, end) }, text);
}

/** Past the end of the user's turn and the beginning of the assistant's, where they follow. */
function pastTurn(text: string, end: number, { ends, openings }: AnswerSigns): number {
  const isBoundary = (start: number) => ends.contentEnd(text, end, start) === end;
  for (const opening of openings) {
    const found = text.indexOf(opening.text, end);
    if (found >= 0 && isBoundary(found)) return pastOpening(text, found, opening);
  }
  const [mark] = turnMarks(text, end, Math.min(text.length, end + LAST_MARK));
  if (mark?.role !== 'assistant' || !isBoundary(mark.start)) return end;
  // What a person may write ("Answer:") may be the response's own beginning, unless a message ended before
  // it.
  const hasEnded = ends.endWithout(text, end, mark.start) < mark.start;
  return mark.isSure || hasEnded ? new MarkSpaces().past(mark, text) : end;
}

/**
 * The last place where the prompt ends at an assistant's mark, or ends the message before it.
 *
 * @param plainEnd where the text continues behind the prompt, if it begins with it: a mark there that a
 *   person may write ("Answer:") is the response's own.
 */
function lastBoundary(text: string, head: Head, plainEnd: number, signs: AnswerSigns): number | undefined {
  const message = head.whole.trim();
  const bare = head.whole.slice(0, signs.ends.contentEnd(head.whole, 0, head.whole.length)).trimStart();
  let budget = MOST_COMPARED * text.length;
  const endsWith = (prompt: string, end: number): boolean => {
    if (prompt === '' || prompt.length > end) return false;
    if (text.slice(end - Math.min(8, prompt.length), end) !== prompt.slice(-8)) return false;
    budget -= prompt.length;
    return budget >= 0 && text.startsWith(prompt, end - prompt.length);
  };
  let found: number | undefined;
  let before = 0;
  const spaces = new MarkSpaces();
  for (const mark of turnMarks(text, 0, text.length)) {
    if (mark.role === 'assistant') {
      const end = signs.ends.contentEnd(text, before, mark.start);
      const isAnswered =
        (head.isTemplated && endsWith(head.text, mark.end)) ||
        ((mark.isSure || end !== plainEnd) && (endsWith(bare, end) || endsWith(message, end)));
      if (isAnswered) found = spaces.past(mark, text);
    }
    spaces.add(mark, text);
    before = mark.end;
  }
  for (const opening of signs.openings) {
    let before = 0;
    for (let at = text.indexOf(opening.text); at >= 0; at = text.indexOf(opening.text, before)) {
      const isAnswered =
        (head.isTemplated && endsWith(head.text, at + opening.text.trimEnd().length)) ||
        endsWith(bare, signs.ends.contentEnd(text, before, at));
      before = at + opening.text.length;
      if (isAnswered) found = Math.max(found ?? 0, pastOpening(text, at, opening));
    }
  }
  return budget < 0 ? undefined : found;
}

/** Whether a text was cut from the right before its prompt ended. */
function isCutWithin(text: string, prompt: string): boolean {
  return text.length >= SHORTEST_TAIL && prompt.startsWith(text);
}

/** The place where the text continues behind a tail of the prompt, if it begins with one. */
function endOfTail(text: string, head: Head, places: readonly number[]): number | undefined {
  const starts = new Set(places.flatMap((place) => [place, pastCut(text, place)]));
  const ends = [...starts].map((start) => {
    const length = overlap(head.text, text, start);
    return length < SHORTEST_TAIL ? 0 : start + length;
  });
  const end = Math.max(...ends);
  return end > 0 ? end : undefined;
}

/** Past what is left of a character within which a text was cut. */
function pastCut(text: string, start: number): number {
  let index = start;
  while (index < start + MOST_CUT_BYTES && text.charCodeAt(index) === REPLACEMENT) index++;
  return index;
}
