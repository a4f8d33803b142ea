/** The parts of a fit that are timed: all that its answer holds. */
export type FitPart =
  | 'curve'
  | 'standard_errors'
  | 'cross_fit'
  | 'correlations'
  | 'warnings'
  | 'joint_counts'
  | 'calibration';

/**
 * The time that parts of a computation take. A part within another interrupts it: each moment counts for one
 * part alone.
 */
export class Stopwatch {
  readonly #now: () => number;
  readonly #began: number;
  readonly #times = new Map<FitPart, number>();
  #part: FitPart | undefined;
  #since: number;

  /** @param now milliseconds since some moment. */
  constructor(now: () => number) {
    this.#now = now;
    this.#began = now();
    this.#since = this.#began;
  }

  /** Does the work, whose time is that of `part`. */
  time<Result>(part: FitPart, work: () => Result): Result {
    const outer = this.#part;
    this.#goOnWith(part);
    try {
      return work();
    } finally {
      this.#goOnWith(outer);
    }
  }

  /** Seconds of every part that was timed. */
  get seconds(): Partial<Record<FitPart, number>> {
    return Object.fromEntries([...this.#times].map(([part, time]) => [part, time / 1000]));
  }

  /** Seconds since the beginning. */
  get total(): number {
    return (this.#now() - this.#began) / 1000;
  }

  #goOnWith(part: FitPart | undefined): void {
    const now = this.#now();
    if (this.#part !== undefined)
      this.#times.set(this.#part, (this.#times.get(this.#part) ?? 0) + now - this.#since);
    this.#part = part;
    this.#since = now;
  }
}

/** A watch that stands still, where nobody asks for the time. */
export function stoppedWatch(): Stopwatch {
  return new Stopwatch(() => 0);
}
