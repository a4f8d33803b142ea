import { move, transferableSymbol, valueSymbol } from 'piscina';
import type { Outcome } from './outcome.js';

/** The value that the pool unwraps. */
export type HandedOver = ReturnType<typeof move>;

/**
 * The outcome of a task as its worker returns it. The buffers of the result are transferred to the caller,
 * not copied; the pool unwraps it.
 */
export function handOver<Result>(
  outcome: Outcome<Result>,
  buffersOf: (result: Result) => readonly ArrayBuffer[],
): Outcome<Result> | HandedOver {
  if (!('result' in outcome)) return outcome;
  return move({ [transferableSymbol]: buffersOf(outcome.result), [valueSymbol]: outcome });
}
