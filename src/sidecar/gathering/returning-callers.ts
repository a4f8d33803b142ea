import type { PendingText } from './pending-text.js';

/**
 * The callers who were answered and may send their next texts at once, as trainers do that score one sample
 * after the other. Without regard to them, texts that waited for a slot go the moment there is one, and those
 * who were just answered go alone in the next: cohorts form that stay apart, each with a batch of its own.
 */
export class ReturningCallers {
  #expected = 0;
  /** When the last slot became free, in milliseconds of the sidecar's clock. */
  #freeSince = Number.NEGATIVE_INFINITY;
  #lastCame = Number.NEGATIVE_INFINITY;

  /**
   * A batch was answered, whose texts have no outcome yet. Callers of whom other texts are awaited still
   * wait for those: they do not return.
   */
  answered(batch: readonly PendingText[]): void {
    const inBatch = new Map<PendingText['call'], number>();
    this.#expected = 0;
    for (const { call, isSettled } of batch) {
      if (isSettled) continue;
      if (call.count === 1) this.#expected++;
      else inBatch.set(call, (inBatch.get(call) ?? 0) + 1);
    }
    for (const [call, count] of inBatch) if (call.left === count) this.#expected += call.count;
  }

  /** So many texts came now. */
  came(texts: number, now: number): void {
    this.#expected = Math.max(0, this.#expected - texts);
    this.#lastCame = now;
  }

  slotFreed(now: number): void {
    this.#freeSince = now;
  }

  /**
   * From when on a text waits for company, `wait` ms at most: from its arrival. While fewer texts came than
   * are expected, from when the slot became free, or from the last arrival: callers return one after the
   * other, as fast as they are answered. So a text goes `2 · wait` after there is a slot for it, at the
   * latest.
   */
  waitsSince(arrival: number, wait: number): number {
    if (this.#expected === 0) return arrival;
    return Math.max(arrival, this.#freeSince, Math.min(this.#lastCame, this.#freeSince + wait));
  }
}
