import {
  type MeasuredSamples,
  measure,
  type RowPlace,
  type SampleRow,
} from '../../calibration/samples/samples.js';
import { UnusedCharacteristics } from '../../calibration/samples/unused.js';
import { GrowingColumn } from './growing-column.js';

/** A part of the rows, and where each stands in what the caller sent. */
export interface PlacedRows {
  readonly rows: readonly SampleRow[];
  readonly placeOf: (row: number) => RowPlace;
}

/**
 * Samples that arrive in parts, of which only numbers are kept: 8 bytes for the reward and each
 * characteristic.
 */
export class GrowingSamples {
  readonly #names: readonly string[];
  readonly #rewards = new GrowingColumn(Float64Array);
  readonly #columns: ReadonlyMap<string, GrowingColumn<Float64Array<ArrayBuffer>>>;
  readonly #unused: UnusedCharacteristics;

  /** @param names the characteristics to measure. */
  constructor(names: readonly string[]) {
    this.#names = names;
    this.#columns = new Map(names.map((name) => [name, new GrowingColumn(Float64Array)] as const));
    this.#unused = new UnusedCharacteristics(names);
  }

  /** How many there are. */
  get length(): number {
    return this.#rewards.length;
  }

  /** Measures a part and keeps its numbers; throws as {@link measure}. */
  push(part: PlacedRows): void {
    const measured = measure(part, this.#names);
    this.#rewards.push(measured.rewards);
    this.#unused.add(part);
    for (const [name, column] of this.#columns)
      column.push(measured.characteristics.get(name) ?? new Float64Array());
  }

  /** All of them; no groups. */
  toSamples(): MeasuredSamples {
    return {
      rewards: this.#rewards.toArray(),
      unused: this.#unused.found,
      characteristics: new Map([...this.#columns].map(([name, column]) => [name, column.toArray()])),
    };
  }
}
