import { type Ranking, rankingOf } from './column-ranking.js';
import { correlationOf } from './correlation.js';
import { deviationsOf, rankDeviationsOf } from './deviations.js';

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

  /** The median of a column that is not empty, from its ranking. */
  medianOf(column: Float64Array): number {
    const { values, counts } = this.rankingOf(column);
    let place = 0;
    let end = counts[0];
    while (2 * end < column.length) end += counts[++place];
    // Half of the values end here: the other middle one is the next.
    return 2 * end === column.length ? (values[place] + values[place + 1]) / 2 : values[place];
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
