/** Time that passes, in milliseconds; never goes back. */
export interface MonotonicClock {
  now(): number;
}

/** Milliseconds of a slice. */
export const SLICE_MILLISECONDS = 10_000;

/** So many slices are kept, the one under way among them: five minutes. */
export const KEPT_SLICES = 30;

/** What happened in the last five minutes, in slices of ten seconds; older ones are forgotten. */
export class RecentSlices<Slice> {
  readonly #clock: MonotonicClock;
  readonly #make: () => Slice;
  /** By number: the time since the clock's zero in slices. Ascending. */
  readonly #slices = new Map<number, Slice>();

  /** @param make an empty slice. */
  constructor(clock: MonotonicClock, make: () => Slice) {
    this.#clock = clock;
    this.#make = make;
  }

  /** The slice under way. */
  get current(): Slice {
    const number = sliceAt(this.#clock.now());
    const known = this.#slices.get(number);
    if (known !== undefined) return known;
    this.#forgetOld();
    const slice = this.#make();
    this.#slices.set(number, slice);
    return slice;
  }

  /** The slice of a time, where something happened in it. */
  at(time: number): Slice | undefined {
    return this.#slices.get(sliceAt(time));
  }

  /** Whether nothing happened. */
  get isEmpty(): boolean {
    this.#forgetOld();
    return this.#slices.size === 0;
  }

  /** The slices in which something happened, oldest first. */
  kept(): Slice[] {
    this.#forgetOld();
    return [...this.#slices.values()];
  }

  #forgetOld(): void {
    const oldest = sliceAt(this.#clock.now()) - KEPT_SLICES + 1;
    for (const number of this.#slices.keys()) if (number < oldest) this.#slices.delete(number);
  }
}

/** The number of the slice at a time. */
function sliceAt(now: number): number {
  return Math.floor(now / SLICE_MILLISECONDS);
}

/** When the slices that are kept at a time begin, oldest first; the first of a clock started later, then. */
export function slicesUntil(now: number, started: number): number[] {
  const last = sliceAt(now);
  const first = Math.max(last - KEPT_SLICES + 1, sliceAt(started));
  return Array.from({ length: last - first + 1 }, (_, i) =>
    Math.max(started, (first + i) * SLICE_MILLISECONDS),
  );
}
