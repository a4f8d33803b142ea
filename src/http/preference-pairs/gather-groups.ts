import { brokenRule, type ServiceError } from '../../calibration/errors.js';
import type { Line } from '../bodies/ndjson.js';
import { identityOf } from '../schemas/chat-message.js';
import { compileCheck } from '../schemas/check-body.js';
import {
  groupLine,
  type Prompt,
  type PromptGroup,
  type ScoredResponse,
  scoredLine,
} from './groups-schema.js';
import { lengthOf } from './pairs-of-groups.js';

/** A group, or the error of a line; `number` is that of the line, or of the first line of the group. */
export type GatheredGroup = { readonly number: number } & (
  | { readonly group: PromptGroup }
  | { readonly error: ServiceError }
);

/** What some lines complete. */
export interface Gathered {
  readonly groups: readonly GatheredGroup[];
  /** Whether a response waits for its group to be complete. */
  readonly isGrowing: boolean;
}

const checkGroup = compileCheck(groupLine);
const checkScored = compileCheck(scoredLine);

/** Characters that a response counts besides its text. */
const RESPONSE_OVERHEAD = 100;

/** A group that grows line after line; without `responses` when it grew too large. */
interface GrowingGroup {
  readonly number: number;
  readonly prompt: Prompt;
  readonly identity: string;
  responses: ScoredResponse[] | undefined;
  length: number;
}

/**
 * Makes groups of lines as they arrive. A line is a whole group, or one response: consecutive responses with
 * the same prompt are a group, which is complete when another prompt, a whole group or the end follows. A
 * wrong line becomes an error in its place and is missing from its group.
 *
 * Holds one group; when its lines have more than `limit` characters it becomes an error.
 */
export async function* gatherGroups(
  lines: AsyncIterable<readonly Line[]>,
  limit: number,
): AsyncGenerator<Gathered> {
  const gatherer = new Gatherer(limit);
  for await (const batch of lines) {
    const groups = batch.flatMap((line) => gatherer.take(line));
    yield { groups, isGrowing: gatherer.isGrowing };
  }
  yield { groups: gatherer.complete(), isGrowing: false };
}

class Gatherer {
  readonly #limit: number;
  #growing: GrowingGroup | undefined;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get isGrowing(): boolean {
    return this.#growing?.responses !== undefined;
  }

  /** The groups and errors that the line completes. */
  take(line: Line): GatheredGroup[] {
    const { number } = line;
    if ('error' in line) return [line];
    if (isWhole(line.value)) {
      const checked = checkGroup(line.value);
      if ('error' in checked) return [{ number, error: checked.error }];
      return [...this.complete(), { number, group: checked.value }];
    }
    const checked = checkScored(line.value);
    if ('error' in checked) return [{ number, error: checked.error }];
    const { prompt, ...response } = checked.value;
    const identity = identityOf(prompt);
    const isNext = this.#growing !== undefined && this.#growing.identity === identity;
    const completed = isNext ? [] : this.complete();
    this.#growing ??= { number, prompt, identity, responses: [], length: 0 };
    return [...completed, ...this.#add(this.#growing, response, number)];
  }

  complete(): GatheredGroup[] {
    const growing = this.#growing;
    this.#growing = undefined;
    if (growing?.responses === undefined) return [];
    const { number, prompt, responses } = growing;
    return [{ number, group: { prompt, responses } }];
  }

  #add(growing: GrowingGroup, response: ScoredResponse, number: number): GatheredGroup[] {
    if (growing.responses === undefined) return [];
    growing.responses.push(response);
    growing.length += RESPONSE_OVERHEAD + lengthOf(response.response);
    if (growing.length <= this.#limit) return [];
    growing.responses = undefined;
    const message = `the lines of one prompt have more than ${this.#limit} characters (LINE_LIMIT): none of them is used`;
    return [{ number, error: brokenRule([], message, 'too-many-samples') }];
  }
}

function isWhole(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'responses' in value;
}
