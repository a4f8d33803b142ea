/**
 * Turns of all streams of lines on the event loop, one after the other: between two of them everything else
 * that waits is answered. However many streams there are, a small request waits for a few hundred lines at
 * most.
 */
export class StreamTurns {
  readonly #waiting: (() => void)[] = [];
  #isTaken = false;

  /** Waits for a turn, which lasts until its stream waits again; undefined where it has come already. */
  next(): Promise<void> | undefined {
    if (this.#isTaken)
      return new Promise((resolve) => {
        this.#waiting.push(resolve);
      });
    this.#isTaken = true;
    setImmediate(() => this.#pass());
    return undefined;
  }

  /** What a turn does, it does before the event loop gets here again. */
  #pass(): void {
    const next = this.#waiting.shift();
    if (next === undefined) {
      this.#isTaken = false;
      return;
    }
    setImmediate(() => this.#pass());
    next();
  }
}
