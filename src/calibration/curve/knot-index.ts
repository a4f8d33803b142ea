/** Cells a knot: lengths are lognormal, so knots crowd at the short ones. */
const CELLS_PER_KNOT = 4;

/**
 * Finds between which knots a value lies: equal cells over the range of the knots say which few knots are
 * searched, so that most values are found without a search. Gives what a binary search gives.
 */
export class KnotIndex {
  readonly #knots: Float64Array;
  /** Cells per unit; 0 where the range is too large or too small to be divided, which is one cell. */
  readonly #scale: number;
  /** How many knots lie in the cells before each cell; one more entry than there are cells. */
  readonly #before: Uint32Array;

  /** @param knots strictly ascending, at least two. */
  constructor(knots: Float64Array) {
    this.#knots = knots;
    const cells = CELLS_PER_KNOT * knots.length;
    const scale = (cells - 1) / (knots[knots.length - 1] - knots[0]);
    this.#scale = Number.isFinite(scale) ? scale : 0;
    this.#before = new Uint32Array(cells + 1);
    for (let i = 0; i < knots.length; i++) this.#before[this.#cellOf(knots[i]) + 1]++;
    for (let cell = 0; cell < cells; cell++) this.#before[cell + 1] += this.#before[cell];
  }

  /**
   * The last knot that is not above the value.
   *
   * @param value at least the first knot, below the last.
   */
  last(value: number): number {
    const knots = this.#knots;
    // The cell grows with the value: knots of earlier cells are below it, those of later cells above it.
    const cell = this.#cellOf(value);
    let low = this.#before[cell];
    let high = this.#before[cell + 1];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (knots[middle] <= value) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  #cellOf(value: number): number {
    const cell = Math.trunc((value - this.#knots[0]) * this.#scale);
    // A range that is no finite number times 0 is NaN.
    return cell > 0 ? cell : 0;
  }
}
