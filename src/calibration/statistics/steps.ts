import { ordinaryExtent, ordinaryOf } from '../../lowess/ordinary.js';
import { firstAtLeast } from '../../lowess/places.js';

/** Most steps: their counters stay in a core's cache, and their numbers fit into 16 bits. */
const MOST_STEPS = 2 ** 14;

/** Steps a value, for short columns. */
const STEPS_PER_VALUE = 2;

/**
 * A column laid out in equal steps over the range of its ordinary values, the first and the last step open:
 * sorted roughly, without sorting. Of two values in different steps the one in the higher step is greater.
 */
export class Steps {
  /** The step of each value. */
  readonly each: Uint16Array;
  /** How many values lie in each step. */
  readonly counts: Uint32Array;
  readonly #least: number;
  readonly #perUnit: number;

  /** @param column finite, at least one value. */
  constructor(column: Float64Array) {
    const { least, most } = ordinaryExtent(column, ordinaryOf(column));
    const count = Math.min(MOST_STEPS, STEPS_PER_VALUE * column.length);
    const last = count - 1;
    // 0 for a range that overflows, or none: then there is one step.
    const perUnit = Number.isFinite(last / (most - least)) ? last / (most - least) : 0;
    const each = new Uint16Array(column.length);
    const counts = new Uint32Array(count);
    for (let i = 0; i < column.length; i++) {
      const step = stepOf(column[i], least, perUnit, last);
      each[i] = step;
      counts[step]++;
    }
    this.each = each;
    this.counts = counts;
    this.#least = least;
    this.#perUnit = perUnit;
  }

  /** The step of any value. Rounding keeps the order. */
  of(value: number): number {
    return stepOf(value, this.#least, this.#perUnit, this.counts.length - 1);
  }
}

function stepOf(value: number, least: number, perUnit: number, last: number): number {
  const steps = (value - least) * perUnit;
  if (steps < last) return steps > 0 ? steps | 0 : 0;
  // NaN, of an infinite distance in steps of no width, is in the one step that there is.
  return perUnit > 0 ? last : 0;
}

/** Some values of a column in ascending order, as if all of it were sorted. */
export class SortedAt {
  readonly least: number;
  readonly greatest: number;
  readonly #sorted: Float64Array;
  readonly #indices: ReadonlyMap<number, number>;

  /**
   * Sorts only the steps where the values of these ranks lie, and those below them.
   *
   * @param ranks ascending, from 0 below the length of the column.
   */
  constructor(column: Float64Array, steps: Steps, ranks: readonly number[]) {
    let least = column[0];
    let greatest = column[0];
    for (let i = 0; i < column.length; i++) {
      const value = column[i];
      if (value < least) least = value;
      if (value > greatest) greatest = value;
    }
    this.least = least;
    this.greatest = greatest;
    const { isWanted, indices, size } = findSteps(steps.counts, ranks);
    this.#sorted = valuesIn(column, steps, isWanted, size).sort();
    this.#indices = indices;
  }

  /** The value of a rank, and the greatest one below it, undefined where it is the least. */
  at(rank: number): { readonly value: number; readonly below: number | undefined } {
    const value = this.#sorted[this.#indices.get(rank) ?? Number.NaN];
    if (value === this.least) return { value, below: undefined };
    return { value, below: this.#sorted[firstAtLeast(this.#sorted, value) - 1] };
  }
}

/** The values of the column that lie in the steps marked by 1; `size` of them, in their order. */
function valuesIn(column: Float64Array, { each }: Steps, marks: Uint8Array, size: number): Float64Array {
  const values = new Float64Array(size);
  let length = 0;
  for (let i = 0; i < column.length; i++) if (marks[each[i]] === 1) values[length++] = column[i];
  return values;
}

/** Which steps to sort, where the value of each rank will stand among them, and how many values they hold. */
function findSteps(counts: Uint32Array, ranks: readonly number[]) {
  const isWanted = new Uint8Array(counts.length);
  const indices = new Map<number, number>();
  let size = 0;
  let before = -1; // the last step with values
  for (let step = 0, below = 0, next = 0; step < counts.length && next < ranks.length; step++) {
    if (counts[step] === 0) continue;
    const end = below + counts[step];
    if (ranks[next] < end) {
      if (before >= 0 && isWanted[before] === 0) size += counts[before];
      if (before >= 0) isWanted[before] = 1;
      isWanted[step] = 1;
      for (; next < ranks.length && ranks[next] < end; next++)
        indices.set(ranks[next], size + ranks[next] - below);
      size += counts[step];
    }
    before = step;
    below = end;
  }
  return { isWanted, indices, size };
}
