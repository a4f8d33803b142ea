/** Time that passes; tests bring their own. */
export interface Clock {
  /** Milliseconds since some moment; never goes back. */
  now(): number;
}

/** The clock of this machine. */
export const SYSTEM_CLOCK: Clock = { now: () => performance.now() };
