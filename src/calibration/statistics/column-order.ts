import { type Ranking, rankingOf, type ValueCounts } from './column-ranking.js';
import { correlationOf } from './correlation.js';
import { deviationsOf, rankDeviationsOf } from './deviations.js';
import { withoutRounding } from './rounding.js';

/** Something of several columns, each computed when it is first asked for. */
class OncePerColumn<Value> {
  readonly #known = new Map<Float64Array, Value>();
  readonly #compute: (column: Float64Array) => Value;

  constructor(compute: (column: Float64Array) => Value) {
    this.#compute = compute;
  }

  of(column: Float64Array): Value {
    let value = this.#known.get(column);
    if (value === undefined) {
      value = this.#compute(column);
      this.#known.set(column, value);
    }
    return value;
  }
}

/** The median of n values, at least one. */
function medianOf({ values, counts }: ValueCounts, n: number): number {
  let place = 0;
  let end = counts[0];
  while (2 * end < n) end += counts[++place];
  // Where half of the values end here, the other middle one is the next.
  return 2 * end === n ? (values[place] + values[place + 1]) / 2 : values[place];
}

/**
 * Rankings and correlations of columns. What one column alone decides, such as its ranks, is computed once,
 * whatever it is correlated with; columns must not change meanwhile.
 */
export class ColumnOrder {
  readonly #rankings = new OncePerColumn(rankingOf);
  readonly #deviations = new OncePerColumn(deviationsOf);
  readonly #rankDeviations = new OncePerColumn((column) => rankDeviationsOf(this.rankingOf(column)));

  /** See `rankingOf`. */
  rankingOf(column: Float64Array): Ranking {
    return this.#rankings.of(column);
  }

  /** See `withoutRounding`. */
  withoutRounding(column: Float64Array, bound: number): Float64Array {
    if (column.length === 0) return column;
    return withoutRounding(column, bound, medianOf(this.rankingOf(column), column.length));
  }

  /** See `spearman`. */
  spearman(x: Float64Array, y: Float64Array): number | null {
    return correlationOf(this.#rankDeviations.of(x), this.#rankDeviations.of(y));
  }

  /** See `pearson`. */
  pearson(x: Float64Array, y: Float64Array): number | null {
    return correlationOf(this.#deviations.of(x), this.#deviations.of(y));
  }
}
