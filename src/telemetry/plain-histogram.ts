import { Histogram, type Registry } from 'prom-client';
import { SeriesByLabels } from './labelled-series.js';

/** How a plain histogram is described. */
export interface PlainHistogramOptions {
  readonly name: string;
  readonly help: string;
  /** Upper bounds, ascending, without +Inf. */
  readonly buckets: readonly number[];
  readonly labelNames?: readonly string[];
  /** Which label has the most values. */
  readonly leading?: number;
  readonly registry: Registry;
}

/** The observations with one set of values of the labels. */
interface Observations {
  /** Observations in each bucket alone, the last for those above every bound. */
  readonly counts: Float64Array;
  sum: number;
}

/**
 * A histogram for the hot path: an observation is two additions to plain numbers, which prom-client gets
 * whenever it is read. An infinite value is counted above every bound.
 */
export class PlainHistogram {
  readonly #bounds: readonly number[];
  readonly #series: SeriesByLabels<Observations>;

  constructor({ name, help, buckets, labelNames = [], leading = 0, registry }: PlainHistogramOptions) {
    this.#bounds = buckets;
    this.#series = new SeriesByLabels(
      () => ({ counts: new Float64Array(buckets.length + 1), sum: 0 }),
      leading,
    );
    // As prom-client has it: without labels there is a series before the first observation.
    if (labelNames.length === 0) this.#series.of();
    new CopiedHistogram({ name, help, labelNames, buckets, registry }, this.#series);
  }

  /** @param values of the labels, in the order of their names. */
  observe(value: number, ...values: string[]): void {
    const bounds = this.#bounds;
    const observations = this.#series.of(...values);
    let bucket = 0;
    while (bucket < bounds.length && !(value <= (bounds[bucket] ?? Number.NaN))) bucket++;
    observations.counts[bucket] = (observations.counts[bucket] ?? 0) + 1;
    observations.sum += value;
  }

  /** Forgets the series with these values of the labels. */
  remove(...values: string[]): void {
    this.#series.remove(...values);
  }
}

/** A value as prom-client writes it; `le` comes before the shared labels. */
interface WrittenValue {
  readonly labels: Record<string, string | number>;
  readonly sharedLabels: Record<string, string>;
  readonly value: number;
  readonly metricName: string;
}

/** What a registry of prom-client reads, with the observations of a plain histogram as its values. */
class CopiedHistogram extends Histogram {
  readonly #options: PlainHistogramOptions;
  readonly #series: SeriesByLabels<Observations>;

  constructor(options: PlainHistogramOptions, series: SeriesByLabels<Observations>) {
    const { name, help, labelNames = [], buckets, registry } = options;
    super({ name, help, labelNames, buckets: [...buckets], registers: [registry] });
    this.#options = options;
    this.#series = series;
  }

  /** Read by the registry, and by `get` for JSON. */
  async getForPromString(): Promise<object> {
    const { name, help } = this.#options;
    return { name, help, type: 'histogram', values: [...this.#written()], aggregator: 'sum' };
  }

  *#written(): Generator<WrittenValue> {
    const { name, labelNames = [], buckets } = this.#options;
    for (const { values, series } of this.#series) {
      const sharedLabels = Object.fromEntries(labelNames.map((label, i) => [label, values[i] ?? '']));
      let count = 0;
      for (const [i, le] of [...buckets, '+Inf'].entries()) {
        count += series.counts[i] ?? 0;
        yield { labels: { le }, sharedLabels, value: count, metricName: `${name}_bucket` };
      }
      yield { labels: {}, sharedLabels, value: series.sum, metricName: `${name}_sum` };
      yield { labels: {}, sharedLabels, value: count, metricName: `${name}_count` };
    }
  }
}
