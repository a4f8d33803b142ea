import { KNOWN_SPACES } from './chat-templates.js';
import type { SearchedText } from './text-search.js';
import { knownSpace, type TurnMark, turnMarks } from './turn-marks.js';

/** Families of marks that one text may have; texts of one template have one, and quote a few others. */
const MOST_FAMILIES = 32;

/** White space of a template behind a mark is short; more belongs to the message. */
const LONGEST_SPACE = 4;

/** Where an answer begins, and whether the list of known templates has its mark. */
export interface AnswerStart {
  readonly start: number;
  readonly isKnown: boolean;
}

/**
 * Where the last answer of a conversation begins: behind the first assistant's mark after the last mark of
 * another role. The template is that whose marks appear first, so that another template's mark, quoted in a
 * message, cuts nothing.
 *
 * @param contentEnd where the text ends without its final tokens.
 */
export function findAnswer(text: SearchedText, contentEnd: number): AnswerStart | undefined {
  const families = new Map<string, Family>();
  for (const mark of turnMarks(text, 0, text.length)) {
    // Some templates end an answer with the mark of the next turn (GLM).
    if (mark.role === 'other' && mark.start >= contentEnd) break;
    let family = families.get(mark.family);
    if (family === undefined) {
      if (!opensConversation(mark) || families.size === MOST_FAMILIES) continue;
      family = new Family();
      families.set(mark.family, family);
    }
    family.add(mark, text);
  }
  for (const { answer, space } of families.values()) {
    if (answer !== undefined)
      return { start: pastSpace(text, answer, space), isKnown: KNOWN_SPACES.has(answer.family) };
  }
  return undefined;
}

function opensConversation({ isSure, mayBegin, role }: TurnMark): boolean {
  return mayBegin && (isSure || role === 'other');
}

/** The turns of one template within a text, as they come. */
class Family {
  /** The first assistant's mark since the last one of another role. */
  answer: TurnMark | undefined;
  /** The shortest white space behind the marks before it. */
  space: string | undefined;

  add(mark: TurnMark, text: SearchedText): void {
    if (mark.role === 'assistant') {
      this.answer ??= mark;
      return;
    }
    this.answer = undefined;
    const space = spaceAt(text, mark.end);
    if (this.space === undefined || space.length < this.space.length) this.space = space;
  }
}

/**
 * Past the white space that the template writes behind a mark: that of a known template; else that which it
 * wrote behind the marks of other roles; else all of it.
 */
export function pastSpace(text: SearchedText, mark: TurnMark, learnt: string | undefined): number {
  const { end } = mark;
  const spaces = [knownSpace(mark), learnt ?? spaceAt(text, end)];
  const space = spaces.find((one) => one !== undefined && text.slice(end, end + one.length) === one);
  return end + (space?.length ?? 0);
}

/** The white space at a place. */
function spaceAt(text: SearchedText, start: number): string {
  return /^\s*/.exec(text.slice(start, Math.min(text.length, start + LONGEST_SPACE)))?.[0] ?? '';
}
