import {
  INVALID_INPUT,
  InvalidInput,
  MAX_VIOLATIONS,
  type Place,
  shorten,
  type Violation,
} from './errors.js';

/**
 * Collects what is wrong with a request. It is full when it holds more than {@link MAX_VIOLATIONS}; checks
 * stop then, which bounds the cost of a refusal.
 */
export class Violations {
  readonly #listed: Violation[] = [];

  /** Adds one; does nothing when full. */
  add(path: Place, message: string): void {
    if (!this.isFull) this.#listed.push({ path, message });
  }

  /** Adds what another collection found. */
  addAll({ listed }: Violations): void {
    for (const { path, message } of listed) this.add(path, message);
  }

  get isEmpty(): boolean {
    return this.#listed.length === 0;
  }

  /** Whether more is wrong than an error lists. */
  get isFull(): boolean {
    return this.#listed.length > MAX_VIOLATIONS;
  }

  /** The violations in the order found; one more than an error lists where there are more. */
  get listed(): readonly Violation[] {
    return this.#listed;
  }

  /**
   * The refusal. `describe` makes its message from the number of violations and the first of them in words.
   */
  toError(
    describe = (count: string, first: string) => `${count} rule(s) broken: ${first}`,
    code = INVALID_INPUT,
  ): InvalidInput {
    const count = this.isFull ? `more than ${MAX_VIOLATIONS}` : `${this.#listed.length}`;
    return new InvalidInput(code, describe(count, inWords(this.#listed[0])), this.#listed);
  }

  /** @throws InvalidInput as {@link toError} where anything was found. */
  refuse(describe?: (count: string, first: string) => string, code?: string): void {
    if (!this.isEmpty) throw this.toError(describe, code);
  }
}

/** The place and the rule: `"truncate" is not a known field`. */
function inWords(violation: Violation | undefined): string {
  if (violation === undefined) return '';
  const { path, message } = violation;
  const field = path.findLast((segment) => typeof segment === 'string');
  return field === undefined ? message : `"${String(shorten(field))}" ${message}`;
}
