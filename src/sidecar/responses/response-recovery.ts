import type { TextToScore } from '../servers/reward-server.js';
import { type AnswerSigns, findAfterPrompt } from './answer-after-prompt.js';
import { findAnswer } from './answer-mark.js';
import { endWithoutThoughtMarks, measuredText } from './answer-text.js';
import type { LearntTemplate } from './learnt-template.js';
import { MessageEnds } from './message-ends.js';
import { lastMark } from './turn-marks.js';

/**
 * How a response was found: `given` by the caller on its own, after the `prompt`, after the tail of a
 * prompt whose beginning was truncated, where the upstream's own chat `template` puts it, after the last
 * assistant `marker` of a known template or of the configuration, after a `generic` mark of the same shape,
 * or taken to be the `whole` text.
 */
export const RECOVERY_RULES = [
  'given',
  'prompt',
  'prompt-tail',
  'template',
  'marker',
  'generic',
  'whole',
] as const;
export type RecoveryRule = (typeof RECOVERY_RULES)[number];

/** The configuration of an upstream that concerns its texts. */
export interface RecoverySettings {
  /** The text that precedes a response, where no usual chat template does. */
  readonly responseMarker?: string | undefined;
  /** Further tokens that end a response and do not count. */
  readonly specialTokens: readonly string[];
  /** What was learnt from the upstream's chat template. */
  readonly template?: LearntTemplate | undefined;
  /** Whether a block of thoughts belongs to the response. */
  readonly countThinking: boolean;
}

/** A response without its chat template, and the rule that found it. */
export interface RecoveredResponse {
  readonly response: string;
  readonly rule: RecoveryRule;
}

/** A trailing mark is looked for in this many code units at the end of a text. */
const LAST_MARK = 128;
/** Openings of answers that are not there; a template writes one. */
const MOST_NEXT_ANSWERS = 4;

/** Finds the responses within the texts of one upstream, in time linear in any texts. */
export class ResponseRecovery {
  readonly #settings: RecoverySettings;
  readonly #signs: AnswerSigns;

  constructor(settings: RecoverySettings) {
    const { responseMarker, specialTokens, template } = settings;
    this.#settings = settings;
    this.#signs = {
      ends: new MessageEnds([...specialTokens, ...(template?.ends ?? [])]),
      openings: [
        ...(template === undefined ? [] : [template.opening]),
        ...(responseMarker === undefined ? [] : [{ text: responseMarker, closers: '', space: '' }]),
      ],
    };
  }

  /**
   * The response within the text that a reward model scores (contracts, A), always by the same rules, in
   * this order:
   *
   * 1. what follows the prompt, where the prompt ends at a boundary of turns;
   * 2. what follows the prompt's tail, if the text begins with one;
   * 3. what follows the last opening of an answer, as the upstream's chat template writes it;
   * 4. what follows the configured marker, else the assistant's mark of a known chat template, else a mark
   *    of such a shape;
   * 5. the whole text.
   *
   * What the chat template writes between a bare prompt and its response belongs to neither, nor do special
   * tokens at the end and the white space after and between them. The configured marker counts under every
   * rule: what stands before its first occurrence behind that place is no part of the response.
   */
  recover({ text, prompt }: TextToScore): RecoveredResponse {
    const { start, rule } = this.#find(text, prompt);
    return this.#measured(text, start, rule);
  }

  /** A response that the caller gave on its own, without the special tokens at its end. */
  given(response: string): RecoveredResponse {
    return this.#measured(response, 0, 'given');
  }

  #find(text: string, prompt: string | undefined): { start: number; rule: RecoveryRule } {
    if (prompt !== undefined) {
      const found = findAfterPrompt(text, prompt, this.#signs);
      if (found !== undefined) return found;
    }
    const { template, responseMarker } = this.#settings;
    const opened = template?.answerStart(text, this.#signs.ends);
    if (opened !== undefined) return { start: opened, rule: 'template' };
    const marked = responseMarker === undefined ? -1 : text.lastIndexOf(responseMarker);
    if (marked >= 0) return { start: marked + (responseMarker?.length ?? 0), rule: 'marker' };
    const answer = findAnswer(text, this.#signs.ends.endWithout(text, 0));
    if (answer !== undefined) return { start: answer.start, rule: answer.isKnown ? 'marker' : 'generic' };
    return { start: 0, rule: 'whole' };
  }

  #measured(text: string, start: number, rule: RecoveryRule): RecoveredResponse {
    const end = this.#endOf(text, start);
    const answer = text.slice(this.#pastMarker(text, start, end), end);
    const mayContinueThoughts = rule === 'given';
    return { response: measuredText(answer, { ...this.#settings, mayContinueThoughts }), rule };
  }

  /** Past the configured marker, where it stands behind the place that a rule found. */
  #pastMarker(text: string, start: number, end: number): number {
    const { responseMarker } = this.#settings;
    if (responseMarker === undefined || text.endsWith(responseMarker, start)) return start;
    const found = text.indexOf(responseMarker, start);
    return found < 0 || found + responseMarker.length > end ? start : found + responseMarker.length;
  }

  /** Where the text ends without final tokens, and without the beginning of a next answer. */
  #endOf(text: string, start: number): number {
    const { ends } = this.#signs;
    let end = ends.endWithout(text, start);
    for (let answers = 0; answers < MOST_NEXT_ANSWERS; answers++) {
      const before = this.#nextAnswer(text, start, end);
      if (before === undefined) break;
      end = before;
    }
    const { endSpace = '' } = this.#settings.template ?? {};
    return end === text.length && text.slice(start).endsWith(endSpace) ? end - endSpace.length : end;
  }

  /** Where the text ends without the opening of an answer at its end; undefined where there is none. */
  #nextAnswer(text: string, start: number, end: number): number | undefined {
    const { ends } = this.#signs;
    const withoutThoughts = endWithoutThoughtMarks(text.slice(start, end));
    const place = start + text.slice(start, start + withoutThoughts).trimEnd().length;
    const mark = lastMark(text, Math.max(start, place - LAST_MARK), place);
    // A mark whose name shows no role, such as [/INST], follows a message of the user.
    if (mark?.role !== 'assistant' || mark.start === start || !mark.family.includes('@')) return undefined;
    const before = ends.endWithout(text, start, mark.start);
    const hasEnd = before < start + text.slice(start, mark.start).trimEnd().length;
    return mark.isSure || hasEnd ? before : undefined;
  }
}
