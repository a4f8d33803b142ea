import type { TextToScore } from '../servers/reward-server.js';
import { ASSISTANT_MARKERS, CHAT_TEMPLATES, LEADING_TOKENS, TRAILING_TOKENS } from './chat-templates.js';
import { firstOccurrence, overlap } from './text-search.js';
import { Tokens } from './tokens.js';

/**
 * How a response was found: `given` by the caller on its own, after the `prompt`, after the tail of a
 * prompt whose beginning was truncated, after the last assistant `marker` of a chat template, or
 * taken to be the `whole` text.
 */
export const RECOVERY_RULES = ['given', 'prompt', 'prompt-tail', 'marker', 'whole'] as const;
export type RecoveryRule = (typeof RECOVERY_RULES)[number];

/** The configuration of an upstream that concerns its texts. */
export interface RecoverySettings {
  /** The text that precedes a response, where no usual chat template does. */
  readonly responseMarker?: string | undefined;
  /** Further tokens that end a response and do not count. */
  readonly specialTokens: readonly string[];
}

/** A response without its chat template, and the rule that found it. */
export interface RecoveredResponse {
  readonly response: string;
  readonly rule: RecoveryRule;
}

/**
 * A shorter match of a prompt's end and a text's beginning is taken for chance, not for a truncated prompt.
 */
const SHORTEST_TAIL = 8;

const LEADING = new Tokens(LEADING_TOKENS);
const TRAILING = new Tokens(TRAILING_TOKENS);

/** Finds the responses within the texts of one upstream, in time linear in any texts. */
export class ResponseRecovery {
  readonly #marker: string | undefined;
  readonly #trailing: Tokens;

  constructor({ responseMarker, specialTokens }: RecoverySettings) {
    this.#marker = responseMarker;
    this.#trailing = new Tokens([...TRAILING_TOKENS, ...specialTokens]);
  }

  /**
   * The response within the text that a reward model scores (contracts, A), always by the
   * same rules, in this order:
   *
   * 1. what follows the first occurrence of the prompt;
   * 2. what follows the prompt's tail, if the text begins with one (special tokens may stand before it);
   * 3. what follows the last occurrence of the configured marker, else of the assistant marker of the chat
   *    template whose tokens appear first in the text (so that another template's token, quoted in a
   *    response, cuts nothing);
   * 4. the whole text.
   *
   * What the chat template writes between a bare prompt and its response belongs to neither. A
   * `<think>` block belongs to the response. Special tokens at the end, and the white space after and
   * between them, don't count.
   */
  recover({ text, prompt }: TextToScore): RecoveredResponse {
    const { start, rule } = findStart(text, prompt, this.#marker);
    return { response: text.slice(start, this.#trailing.endWithout(text, start)), rule };
  }

  /** A response that the caller gave on its own, without the special tokens at its end. */
  given(response: string): RecoveredResponse {
    return { response: response.slice(0, this.#trailing.endWithout(response, 0)), rule: 'given' };
  }
}

function findStart(
  text: string,
  prompt: string | undefined,
  marker: string | undefined,
): { start: number; rule: RecoveryRule } {
  if (prompt !== undefined && prompt.length > 0) {
    const found = firstOccurrence(text, prompt);
    if (found >= 0) return { start: skipTemplate(text, found + prompt.length), rule: 'prompt' };
    const end = endOfTail(text, prompt);
    if (end !== undefined) return { start: skipTemplate(text, end), rule: 'prompt-tail' };
  }
  const marked = endOfMarker(text, marker);
  return marked === undefined ? { start: 0, rule: 'whole' } : { start: marked, rule: 'marker' };
}

/** The place where the text continues after a tail of the prompt, if it begins with one. */
function endOfTail(text: string, prompt: string): number | undefined {
  const starts = new Set([0, LEADING.pastThese(text, 0)]);
  const ends = [...starts].map((start) => {
    const length = overlap(prompt, text, start);
    return length < SHORTEST_TAIL ? 0 : start + length;
  });
  const end = Math.max(...ends);
  return end > 0 ? end : undefined;
}

function endOfMarker(text: string, configured: string | undefined): number | undefined {
  if (configured !== undefined) {
    const found = text.lastIndexOf(configured);
    if (found >= 0) return found + configured.length;
  }
  const ends = markersOf(text).flatMap(({ token }) => {
    const found = text.lastIndexOf(token);
    return found < 0 ? [] : [found + token.length];
  });
  return ends.length === 0 ? undefined : skipMarkerSpace(text, Math.max(...ends));
}

/** The markers of the chat template whose tokens appear first; empty if no token appears. */
function markersOf(text: string): (typeof CHAT_TEMPLATES)[number]['markers'] {
  let first = Number.POSITIVE_INFINITY;
  let markers: (typeof CHAT_TEMPLATES)[number]['markers'] = [];
  for (const template of CHAT_TEMPLATES) {
    for (const open of template.opens) {
      const found = text.indexOf(open);
      if (found < 0 || found >= first) continue;
      first = found;
      markers = template.markers;
    }
  }
  return markers;
}

/**
 * Past the end of the user's turn and the beginning of the assistant's, where the prompt came without them.
 */
function skipTemplate(text: string, end: number): number {
  const turn = TRAILING.pastThese(text, end);
  const marker = ASSISTANT_MARKERS.find(({ token }) => text.startsWith(token, turn));
  return skipMarkerSpace(text, marker === undefined ? end : turn + marker.token.length);
}

/** Past the white space that belongs to the marker that ends here. */
function skipMarkerSpace(text: string, end: number): number {
  const marker = ASSISTANT_MARKERS.find(
    ({ token, space }) => text.endsWith(token, end) && text.startsWith(space, end),
  );
  return end + (marker?.space.length ?? 0);
}
