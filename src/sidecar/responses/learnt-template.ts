import {
  beginsHarmonyMessage,
  endWithoutThoughtMarks,
  LONGEST_EMPTY_THOUGHTS,
  THOUGHT_MARKS,
} from './answer-text.js';
import type { MessageEnds } from './message-ends.js';
import { pastClosers, turnMarks } from './turn-marks.js';

/** A chat template, and the variables that templates expect beside the messages. */
export interface ChatTemplateSource {
  readonly template: string;
  /** `bos_token`, `eos_token` and other special tokens of the tokenizer's configuration. */
  readonly tokens: Readonly<Record<string, string>>;
  /** What the tokenizer adds before a text; undefined where its configuration does not say. */
  readonly addedBos?: readonly string[] | undefined;
}

/** Renders messages by a template; throws where the template refuses them. */
export type Render = (variables: {
  readonly messages: readonly { readonly role: string; readonly content: unknown }[];
  readonly add_generation_prompt: boolean;
}) => string;

/** A chat template that cannot show where an answer begins or ends; the message is for the operator. */
export class UnlearnableTemplate extends Error {}

/** A message's text as templates take it: as it is, or, for models that see images, as a list of parts. */
const CONTENTS: readonly ((text: string) => unknown)[] = [(text) => text, (text) => [{ type: 'text', text }]];

/** Contents that no template writes itself. */
const SYSTEM = 'sentinel0system';
const FIRST_QUESTION = 'sentinel1question';
const FIRST_ANSWER = 'sentinel2answer';
const QUESTION = 'sentinel3question';
const ANSWER = 'sentinel4answer';

/** Openings of one answer: harmony's messages, and the prompt for a next answer. */
const MOST_OPENINGS = 64;
/**
 * What a template may write behind the opening in one rendering and not in the other, besides marks of
 * thoughts.
 */
const OPTIONAL = /^(?: to=\w+|\s|<\|channel\|>\w+|[<[◁][^\s<>[\]◁▷]{1,48}[>\]▷])/u;

/** A text behind which an answer begins, and what some renderings alone have between the two. */
export interface Opening {
  readonly text: string;
  /** Tokens that close it. */
  readonly closers: string;
  readonly space: string;
}

/** Past an opening that begins at a place, and what may follow it. */
export function pastOpening(text: string, start: number, { text: opening, closers, space }: Opening): number {
  let end = start + opening.length;
  for (const optional of [closers, space]) if (text.startsWith(optional, end)) end += optional.length;
  return end;
}

/** What a chat template writes around the last answer of a conversation. */
export class LearntTemplate {
  /** From the end of the last question to the beginning of its answer. */
  readonly opening: Opening;
  /**
   * From the end of an answer to the beginning of the next question; undefined where it takes one turn only.
   */
  readonly #nextQuestion: string | undefined;
  /** What ends an answer. */
  readonly ends: readonly string[];
  /** What the tokenizer adds before a text; undefined where its configuration does not say. */
  readonly addedBos: readonly string[] | undefined;
  /** The white space that ends an answer where nothing else does. */
  readonly endSpace: string;

  private constructor(
    opening: Opening,
    ends: readonly string[],
    nextQuestion: string | undefined,
    addedBos: readonly string[] | undefined,
  ) {
    this.opening = opening;
    this.addedBos = addedBos;
    this.ends = ends.map((end) => end.trimEnd()).filter((end) => end !== '');
    this.endSpace = ends.find((end) => end !== '' && end.trim() === '') ?? '';
    this.#nextQuestion = nextQuestion;
  }

  /**
   * Renders conversations of sentinels, with and without a system prompt, of one and of two turns, answered
   * and not, and compares what stands around the last answer.
   *
   * @throws UnlearnableTemplate where these places differ, or have nothing to be recognized by.
   */
  static learn(
    render: Render,
    { tokens, addedBos }: Pick<ChatTemplateSource, 'tokens' | 'addedBos'>,
  ): LearntTemplate {
    const boundaries = boundariesOf(render);
    const [first] = boundaries;
    for (const { opening, ends } of boundaries) {
      same('what stands before the last answer', first.opening.text, opening.text);
      same('what ends the last answer', first.ends.join(' '), ends.join(' '));
    }
    if (first.opening.text.trim() === '')
      throw new UnlearnableTemplate('it writes nothing between a question and its answer');
    const written = [...first.ends, tokens.eos_token ?? ''];
    // The white space before a token is the template's where it stands, and may have been stripped from a
    // text.
    const ends = [...written, ...written.map((end) => end.trimStart())];
    return new LearntTemplate(
      first.opening,
      ends,
      boundaries.map(({ nextQuestion }) => nextQuestion).find((next) => next !== undefined),
      addedBos,
    );
  }

  /**
   * Where the last answer begins; undefined where the text has no opening. That of an answer in several
   * messages (harmony's analysis and its final one), or of one that the prompt for a next one follows, is
   * the first.
   */
  answerStart(text: string, messageEnds: MessageEnds): number | undefined {
    let start = text.lastIndexOf(this.opening.text);
    if (start < 0) return undefined;
    for (let openings = 1; openings < MOST_OPENINGS && start > 0; openings++) {
      const answer = pastOpening(text, start, this.opening);
      const isEmpty = messageEnds.endWithout(text, answer) - answer <= lengthOfThoughtMark(text, answer);
      if (!isEmpty && !beginsHarmonyMessage(text, answer)) break;
      const before = text.lastIndexOf(this.opening.text, start - 1);
      if (before < 0 || this.#hasMessage(text, pastOpening(text, before, this.opening), start)) break;
      start = before;
    }
    return pastOpening(text, start, this.opening);
  }

  /** Whether a message ends, or one of another role begins, between two openings. */
  #hasMessage(text: string, start: number, end: number): boolean {
    const between = text.slice(start, end);
    const question = this.#nextQuestion?.trim() ?? '';
    if (question !== '' && between.includes(question)) return true;
    if (this.ends.some((one) => between.includes(one))) return true;
    for (const { role } of turnMarks(text, start, end)) if (role === 'other') return true;
    return false;
  }
}

/** The length of a mark of thoughts that is all there is of an answer. */
function lengthOfThoughtMark(text: string, start: number): number {
  const length = text.length - start;
  return length <= LONGEST_EMPTY_THOUGHTS && endWithoutThoughtMarks(text.slice(start)) === 0 ? length : 0;
}

interface Boundary {
  readonly opening: Opening;
  /** What may end an answer: with the prompt for a next one first. */
  readonly ends: readonly string[];
  readonly nextQuestion: string | undefined;
}

/**
 * The boundaries of all conversations that the template takes, in the first form of contents in which it
 * takes any; many take no system prompt.
 *
 * @throws UnlearnableTemplate where it takes none, or where a conversation that it takes shows no boundary.
 */
function boundariesOf(render: Render): [Boundary, ...Boundary[]] {
  const reasons: Error[] = [];
  for (const content of CONTENTS) {
    const outcomes = [false, true].flatMap((hasSystem) =>
      [false, true].map((hasTwoTurns) => tryBoundary(render, { hasSystem, hasTwoTurns, content })),
    );
    const errors = outcomes.flatMap((outcome) => (outcome instanceof Error ? [outcome] : []));
    const [first, ...others] = outcomes.flatMap((outcome) => (outcome instanceof Error ? [] : [outcome]));
    const unlearnable = errors.find((error) => error instanceof UnlearnableTemplate);
    if (first !== undefined && unlearnable !== undefined) throw unlearnable;
    if (first !== undefined) return [first, ...others];
    reasons.push(...errors);
  }
  const [reason] = reasons;
  if (reason instanceof UnlearnableTemplate) throw reason;
  throw new UnlearnableTemplate(`it renders no conversation: ${reason?.message}`);
}

/** The boundary, or why there is none: an UnlearnableTemplate, or the template's own refusal. */
function tryBoundary(render: Render, conversation: Conversation): Boundary | Error {
  try {
    return boundaryOf(render, conversation);
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
}

interface Conversation {
  readonly hasSystem: boolean;
  readonly hasTwoTurns: boolean;
  readonly content: (text: string) => unknown;
}

function boundaryOf(render: Render, { hasSystem, hasTwoTurns, content }: Conversation): Boundary {
  const message = (role: string, text: string) => ({ role, content: content(text) });
  const asked = [
    ...(hasSystem ? [message('system', SYSTEM)] : []),
    ...(hasTwoTurns ? [message('user', FIRST_QUESTION), message('assistant', FIRST_ANSWER)] : []),
    message('user', QUESTION),
  ];
  const messages = [...asked, message('assistant', ANSWER)];
  const answered = render({ messages, add_generation_prompt: false });
  const unanswered = render({ messages: asked, add_generation_prompt: false });
  const open = render({ messages: asked, add_generation_prompt: true });
  const continued = render({ messages, add_generation_prompt: true });
  const generation = open.startsWith(unanswered) ? open.slice(unanswered.length) : '';
  const end = behind(answered, ANSWER);
  const continuedEnd = behind(continued, ANSWER);
  const withoutPrompt = continuedEnd.slice(0, continuedEnd.length - generation.length);
  const ends = continuedEnd.endsWith(generation) ? [continuedEnd, end, withoutPrompt] : [continuedEnd, end];
  return {
    opening: sharedOpening(between(answered, QUESTION, ANSWER), behind(open, QUESTION)),
    ends: [...new Set(ends)],
    nextQuestion: hasTwoTurns ? between(answered, FIRST_ANSWER, QUESTION) : undefined,
  };
}

/**
 * What the rendering of an answered conversation and the prompt for an answer both write behind the
 * question. Marks of thoughts, or a channel, may follow it in one of them.
 */
function sharedOpening(answered: string, prompted: string): Opening {
  let length = 0;
  while (length < answered.length && answered[length] === prompted[length]) length++;
  // Not within a token.
  const open = Math.max(answered.lastIndexOf('<', length - 1), answered.lastIndexOf('[', length - 1));
  const isWithin = open >= 0 && !/[>\]]/.test(answered.slice(open, length));
  let shared = answered.slice(0, isWithin ? open : length);
  if (!isOptional(answered.slice(shared.length)) || !isOptional(prompted.slice(shared.length)))
    throw new UnlearnableTemplate(
      `its prompt for an answer (${quoted(prompted)}) and an answer itself (${quoted(answered)}) begin differently`,
    );
  shared = shared.slice(0, endWithoutThoughtMarks(shared));
  const closers = answered.slice(shared.length, pastClosers(answered, shared.length, answered.length));
  const rest = answered.slice(shared.length + closers.length);
  const [space = ''] = /^(?! to=)\s*/.exec(rest) ?? [];
  return { text: shared, closers, space };
}

function isOptional(text: string): boolean {
  for (let rest = text; rest !== ''; ) {
    const mark = THOUGHT_MARKS.find((one) => rest.startsWith(one)) ?? OPTIONAL.exec(rest)?.[0];
    if (mark === undefined) return false;
    rest = rest.slice(mark.length);
  }
  return true;
}

function same(what: string, one: string, other: string): void {
  if (one !== other)
    throw new UnlearnableTemplate(
      `${what} differs with the system prompt or the number of turns: ${quoted(one)}, ${quoted(other)}`,
    );
}

function between(text: string, before: string, after: string): string {
  const start = text.lastIndexOf(before);
  const end = text.indexOf(after, Math.max(start, 0));
  if (start < 0 || end < 0)
    throw new UnlearnableTemplate('it leaves out a message, or puts them in another order');
  return text.slice(start + before.length, end);
}

function behind(text: string, before: string): string {
  const start = text.lastIndexOf(before);
  if (start < 0) throw new UnlearnableTemplate('it leaves out a message');
  return text.slice(start + before.length);
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
