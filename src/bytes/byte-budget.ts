/**
 * So much of one request's bytes is taken whatever others hold: a few large bodies that arrive slowly must
 * not keep small ones out. Connections are bounded, and so is what this adds up to.
 */
export const ALWAYS_TAKEN = 65_536;

/** Memory that all requests share for bytes which arrived and are still needed. */
export class ByteBudget {
  readonly limit: number;
  #held = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** Bytes that are held now. */
  get held(): number {
    return this.#held;
  }

  /** Whether so many more fit. */
  hasRoomFor(bytes: number): boolean {
    return this.#held + bytes <= this.limit;
  }

  /** Counts bytes, or with a negative number gives them back. */
  count(bytes: number): void {
    this.#held += bytes;
  }
}

/** What one request holds of the budget. */
export class HeldBytes {
  readonly #budget: ByteBudget;
  #bytes = 0;

  constructor(budget: ByteBudget) {
    this.#budget = budget;
  }

  /**
   * Sets how many bytes are held: false, and nothing changes, where more are wanted than the budget has. The
   * first {@link ALWAYS_TAKEN} bytes are always had.
   */
  set(bytes: number): boolean {
    const more = bytes - this.#bytes;
    if (more > 0 && bytes > ALWAYS_TAKEN && !this.#budget.hasRoomFor(more)) return false;
    this.#budget.count(more);
    this.#bytes = bytes;
    return true;
  }

  /** Gives everything back; more can be held afterwards. */
  release(): void {
    this.set(0);
  }
}
