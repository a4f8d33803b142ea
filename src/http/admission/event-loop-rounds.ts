/** What decides between a burst, which is answered late, and an overload, of which a part is refused. */
export interface Patience {
  /** Milliseconds that a request may wait in a round of the event loop. 0: any time. */
  readonly wait: number;
  /** Milliseconds for which every round must have been longer, before any request is refused. */
  readonly burst: number;
  /** Milliseconds without a refusal after which the next burst is answered again. */
  readonly calm: number;
}

/** So many heads and so many bodies of a round are taken however long it lasts: a queue of a few is none. */
const FEW = 8;

/**
 * The rounds of the event loop that have requests in them. All requests that wait when a round begins are
 * read in it, one after the other, so what a request has waited is at least the time since the round's first
 * one, and the length of a round bounds what those wait that come meanwhile. As with CoDel (RFC 8289), a
 * long wait alone is no overload: one that never gets short within a time is.
 */
export class EventLoopRounds {
  readonly #patience: Patience;
  readonly #now: () => number;
  #began: number | undefined;
  readonly #taken = { head: 0, body: 0 };
  #longSince: number | undefined;
  #sheddingUntil = Number.NEGATIVE_INFINITY;

  /** @param now a clock in milliseconds, if not the process's own. */
  constructor(patience: Patience, now = () => performance.now()) {
    this.#patience = patience;
    this.#now = now;
  }

  /**
   * Called for every request whose head was read, and again when its body is there: whether there is time
   * for it.
   *
   * @param part what was read.
   * @param leniency how many times as long as usual this request may wait.
   */
  takes(part: 'head' | 'body', leniency = 1): boolean {
    const now = this.#now();
    const { wait, calm } = this.#patience;
    if (wait === 0) return true;
    this.#began ??= this.#begin(now);
    const mayWait = this.#taken[part] < FEW || now - this.#began <= leniency * wait;
    if (mayWait || now >= this.#sheddingUntil) {
      this.#taken[part]++;
      return true;
    }
    this.#sheddingUntil = now + calm;
    return false;
  }

  #begin(now: number): number {
    this.#taken.head = 0;
    this.#taken.body = 0;
    // Comes when everything that waited for this round was read.
    setImmediate(() => this.#end());
    return now;
  }

  #end(): void {
    const now = this.#now();
    const { wait, burst, calm } = this.#patience;
    const began = this.#began ?? now;
    this.#began = undefined;
    if (now - began <= wait) this.#longSince = undefined;
    else {
      this.#longSince ??= began;
      if (now - this.#longSince >= burst) this.#sheddingUntil = now + calm;
    }
  }
}
