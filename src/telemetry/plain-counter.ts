import { Counter, type Registry } from 'prom-client';
import { SeriesByLabels } from './labelled-series.js';

/** How a plain counter is described; it has at least one label. */
export interface PlainCounterOptions {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
  readonly registry: Registry;
}

/** A counter for the hot path: plain numbers, which prom-client's counter gets whenever it is read. */
export class PlainCounter {
  readonly #series = new SeriesByLabels(() => ({ total: 0 }));

  constructor({ name, help, labelNames, registry }: PlainCounterOptions) {
    const copied: Counter = new Counter({
      name,
      help,
      labelNames,
      registers: [registry],
      collect: () => {
        copied.reset();
        for (const { values, series } of this.#series) copied.labels(...values).inc(series.total);
      },
    });
  }

  /** @param values of the labels, in the order of their names. */
  add(amount: number, ...values: string[]): void {
    this.#series.of(...values).total += amount;
  }

  /** Forgets the series with these values of the labels. */
  remove(...values: string[]): void {
    this.#series.remove(...values);
  }
}
