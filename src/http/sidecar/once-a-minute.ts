/** Milliseconds between lines of one kind. */
export const LINE_MILLISECONDS = 60_000;

/** Lets a line of the log through for each name at most once a minute. */
export class OnceAMinute {
  readonly #last = new Map<string, number>();

  /** Whether a line of this name is due; if so, the next one is in a minute. */
  isDue(name: string, now: number): boolean {
    if (now - (this.#last.get(name) ?? Number.NEGATIVE_INFINITY) < LINE_MILLISECONDS) return false;
    this.#last.set(name, now);
    return true;
  }
}
