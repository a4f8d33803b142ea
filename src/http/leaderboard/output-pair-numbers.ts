import { hash } from '../../calibration/statistics/hash.js';
import { DigestNumbers } from '../fit/digest-numbers.js';

/** Which generators have an output for which prompts, both as numbers; up to 32 bytes for each output. */
export class OutputPairNumbers {
  readonly #numbers = new DigestNumbers();

  /** Whether it is new. */
  add(generator: number, prompt: number): boolean {
    const before = this.#numbers.size;
    // Two numbers are two halves, spread evenly: no other pair of numbers has the same.
    const low = hash(prompt);
    const high = (hash(generator) ^ low) >>> 0;
    return this.#numbers.numberOf(high, low) === before;
  }
}
