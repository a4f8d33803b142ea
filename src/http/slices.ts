import { setImmediate } from 'node:timers/promises';

/**
 * Work that is done on the event loop before other requests get a turn: UTF-16 units of text, or steps that cost as little.
 * Some milliseconds' worth; less than this is done in one go, without a promise.
 */
export const SLICE = 1_048_576;

/** What measuring or calibrating a row costs beside its text, in the units of {@link SLICE}: half a microsecond. */
export const ROW_STEPS = 512;

/** Counts the work of one request, and lets the others have their turn whenever there was a slice of it. */
export class Slices {
  #sinceTurn = 0;

  /** Counts work that was done: undefined, or what to wait for before there is more. */
  done(units: number): Promise<void> | undefined {
    this.#sinceTurn += units;
    if (this.#sinceTurn < SLICE) return undefined;
    this.#sinceTurn = 0;
    return setImmediate();
  }
}
