import { brokenRule } from '../../calibration/errors.js';
import type { Subsets } from '../../calibration/evaluation/pairs.js';
import { Numbering } from '../../calibration/samples/numbering.js';
import { GrowingColumn } from '../fit/growing-column.js';

/** Names are kept: more of them would make memory grow with the lines. */
const MAX_SUBSETS = 10_000;

/** The subsets of pairs that arrive in parts: 4 bytes each, and every name once. */
export class GrowingSubsets {
  readonly #numbering = new Numbering<string>();
  readonly #of = new GrowingColumn(Int32Array);

  /** @throws InvalidInput where there are more than {@link MAX_SUBSETS}. */
  push(subsets: readonly (string | undefined)[]): void {
    this.#of.push(
      Int32Array.from(subsets, (subset) => (subset === undefined ? -1 : this.#numbering.numberOf(subset))),
    );
    if (this.#numbering.size > MAX_SUBSETS)
      throw brokenRule([], `more than ${MAX_SUBSETS} different subsets`, 'too-many-samples');
  }

  toSubsets(): Subsets {
    return { names: this.#numbering.names, of: this.#of.toArray() };
  }
}
