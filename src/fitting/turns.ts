/** Lets a number of jobs run at once, first come first served; the others wait, and may give up waiting. */
export class Turns {
  #free: number;
  /** The functions that begin the turn of each waiting job, in order of arrival. */
  readonly #waiting = new Set<() => void>();

  constructor(atOnce: number) {
    this.#free = atOnce;
  }

  /** How many jobs wait. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Whether a new job would have to wait. */
  get areAllTaken(): boolean {
    return this.#free === 0;
  }

  /** Takes a turn if one is free, as {@link take} does, without a promise. */
  takeFree(): boolean {
    if (this.#free === 0) return false;
    this.#free--;
    return true;
  }

  /**
   * Waits for a turn, which lasts until {@link end}.
   *
   * @throws the signal's reason, when it is aborted before the turn comes.
   */
  async take(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (this.takeFree()) return;
    await new Promise<void>((resolve, reject) => {
      const giveUp = () => {
        this.#waiting.delete(begin);
        reject(signal?.reason);
      };
      const begin = () => {
        signal?.removeEventListener('abort', giveUp);
        resolve();
      };
      this.#waiting.add(begin);
      signal?.addEventListener('abort', giveUp, { once: true });
    });
  }

  /** Ends a turn, and begins that of the job that has waited longest. */
  end(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#free++;
      return;
    }
    this.#waiting.delete(next);
    next();
  }
}
