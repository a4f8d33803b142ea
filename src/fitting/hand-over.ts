import { move, transferableSymbol, valueSymbol } from 'piscina';
import type { Outcome } from './outcome.js';

/** What the pool unwraps. */
export type HandedOver = ReturnType<typeof move>;

/**
 * The outcome of a task as its worker returns it so that the buffers of the result are handed over to whoever asked, not copied: the pool
 * unwraps it.
 */
export function handOver<Result>(
  outcome: Outcome<Result>,
  buffersOf: (result: Result) => readonly ArrayBuffer[],
): Outcome<Result> | HandedOver {
  if (!('result' in outcome)) return outcome;
  return move({ [transferableSymbol]: buffersOf(outcome.result), [valueSymbol]: outcome });
}
