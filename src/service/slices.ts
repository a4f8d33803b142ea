import { setImmediate } from 'node:timers/promises';

/**
 * Work done on the event loop before other requests get a turn: UTF-16 units of text, or steps of the same
 * cost. It takes some milliseconds; less than this is done in one go, without a promise.
 */
export const SLICE = 1_048_576;

/**
 * The cost of measuring or calibrating a row besides its text, in the units of
 * {@link SLICE}: half a microsecond.
 */
export const ROW_STEPS = 512;

/** Counts the work of one request, and gives other requests a turn after every slice of it. */
export class Slices {
  #sinceTurn = 0;

  /** Counts finished work: undefined, or a promise to await before doing more. */
  done(units: number): Promise<void> | undefined {
    this.#sinceTurn += units;
    if (this.#sinceTurn < SLICE) return undefined;
    this.#sinceTurn = 0;
    return setImmediate();
  }
}
