import { endWithoutThoughtMarks, LONGEST_EMPTY_THOUGHTS } from './answer-text.js';
import { KNOWN_SPACES } from './chat-templates.js';
import type { SearchedText } from './text-search.js';
import { isWhiteSpace } from './tokens.js';
import { knownSpace, type TurnMark, turnMarks } from './turn-marks.js';

/** Families of marks that one text may have; texts of one template have one, and quote a few others. */
const MOST_FAMILIES = 32;

/** Marks of an answer: those of a quoted conversation, and of a next answer. */
const MOST_ANSWERS = 256;

/** The family of gpt-oss, whose answers have several messages. */
const HARMONY = '<|start|>@';

/** White space of a template behind a mark is short; more belongs to the message. */
const LONGEST_SPACE = 4;

/** Where an answer begins, and whether the list of known templates has its mark. */
export interface AnswerStart {
  readonly start: number;
  readonly isKnown: boolean;
}

/**
 * Where the last answer of a conversation begins: behind the last assistant's mark after the last mark of
 * another role. The template is that whose marks appear first, so that another template's mark, quoted in a
 * message, cuts nothing.
 *
 * @param contentEnd where the text ends without its final tokens.
 */
export function findAnswer(text: SearchedText, contentEnd: number): AnswerStart | undefined {
  const families = new Map<string, Family>();
  const spaces = new MarkSpaces();
  for (const mark of turnMarks(text, 0, text.length)) {
    // Some templates end an answer with the mark of the next turn (GLM).
    if (mark.role === 'other' && mark.start >= contentEnd) break;
    let family = families.get(mark.family);
    if (family === undefined) {
      if (!opensConversation(mark) || families.size === MOST_FAMILIES) continue;
      family = new Family();
      families.set(mark.family, family);
    }
    family.add(mark);
    spaces.add(mark, text);
  }
  const [answer] = [...families.values()].flatMap((family) => family.answer(text, contentEnd) ?? []);
  if (answer === undefined) return undefined;
  return { start: spaces.past(answer, text), isKnown: KNOWN_SPACES.has(answer.family) };
}

function opensConversation({ isSure, mayBegin, role }: TurnMark): boolean {
  return mayBegin && (isSure || role === 'other');
}

/** The assistant's marks of one template since its last mark of another role. */
class Family {
  readonly #marks: TurnMark[] = [];

  add(mark: TurnMark): void {
    if (mark.role === 'other') this.#marks.length = 0;
    else if (this.#marks.length < MOST_ANSWERS) this.#marks.push(mark);
    else this.#marks[MOST_ANSWERS - 1] = mark;
  }

  /**
   * The last mark with an answer behind it: before it there may be those of a conversation that the
   * question quotes. An answer of harmony has several messages, each with a mark: the first one counts.
   */
  answer(text: SearchedText, contentEnd: number): TurnMark | undefined {
    const [first] = this.#marks;
    if (first?.family === HARMONY) return first;
    return this.#marks.findLast(({ end }) => hasContent(text, end, contentEnd)) ?? first;
  }
}

/** Whether anything but white space and marks of thoughts stands between two places. */
function hasContent(text: SearchedText, start: number, end: number): boolean {
  if (end <= start) return false;
  if (end - start > LONGEST_EMPTY_THOUGHTS) return true;
  const rest = text.slice(start, end);
  return rest.slice(0, endWithoutThoughtMarks(rest)).trim() !== '';
}

/** The white space that each family writes behind its marks of other roles: the shortest one. */
export class MarkSpaces {
  readonly #shortest = new Map<string, string>();

  add({ role, family, end }: TurnMark, text: SearchedText): void {
    const shortest = this.#shortest.get(family);
    if (role === 'assistant' || shortest === '') return;
    if (shortest === undefined && this.#shortest.size === MOST_FAMILIES) return;
    const length = lengthOfSpace(text, end);
    if (shortest === undefined || length < shortest.length)
      this.#shortest.set(family, text.slice(end, end + length));
  }

  /**
   * Past the white space that the template writes behind a mark: that which it wrote behind the marks of
   * other roles, or that of a known template, whichever is longer; all of it where nothing shows which.
   */
  past(mark: TurnMark, text: SearchedText): number {
    const { end, family } = mark;
    const candidates = [knownSpace(mark), this.#shortest.get(family)].filter((space) => space !== undefined);
    if (candidates.length === 0) return end + lengthOfSpace(text, end);
    const matching = candidates.filter((space) => text.slice(end, end + space.length) === space);
    return end + Math.max(0, ...matching.map(({ length }) => length));
  }
}

/** How much white space stands at a place. */
function lengthOfSpace(text: SearchedText, start: number): number {
  const stop = Math.min(text.length, start + LONGEST_SPACE);
  let index = start;
  while (index < stop && isWhiteSpace(text.charCodeAt(index))) index++;
  return index - start;
}
