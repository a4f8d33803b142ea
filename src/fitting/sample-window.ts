import { isBuiltIn } from '../calibration/samples/characteristics.js';
import {
  MAX_CHARACTERISTICS,
  type MeasuredSamples,
  tooManyCharacteristics,
} from '../calibration/samples/samples.js';

/** The first size of a column; it doubles up to the window's capacity. */
const FIRST_CAPACITY = 1_024;

/**
 * The most recent samples of one reward model, as numbers only: a ring of rewards and, in step with it, a
 * ring of values per characteristic. A sample without some characteristic has NaN there; a characteristic
 * that no held sample has is forgotten.
 */
export class SampleWindow {
  readonly #capacity: number;
  readonly #rewards: Ring;
  readonly #characteristics = new Map<string, Ring>();
  #seen = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
    this.#rewards = new Ring(capacity);
  }

  /** How many samples are held now. */
  get size(): number {
    return Math.min(this.#seen, this.#capacity);
  }

  /** How many samples were ever added. */
  get seen(): number {
    return this.#seen;
  }

  /** The most samples that are held. */
  get capacity(): number {
    return this.#capacity;
  }

  /** The characteristics that at least one held sample has. */
  get characteristics(): string[] {
    return [...this.#characteristics.keys()];
  }

  /**
   * Adds samples; the oldest ones fall out.
   *
   * @throws InvalidInput when the window would hold more than {@link MAX_CHARACTERISTICS} characteristics
   *   besides those that the service measures itself. Those always have room, so that callers cannot keep
   *   the sidecar from observing.
   */
  add(samples: MeasuredSamples): void {
    const names = [...samples.characteristics.keys()].filter((name) => !this.#characteristics.has(name));
    if (names.length > 0) {
      const own = [...this.#characteristics.keys(), ...names].filter((name) => !isBuiltIn(name));
      if (own.length > MAX_CHARACTERISTICS) throw tooManyCharacteristics();
    }
    for (const name of names) this.#characteristics.set(name, Ring.filledWithNaN(this.#capacity, this.#seen));
    const size = samples.rewards.length;
    this.#rewards.push(samples.rewards);
    for (const [name, ring] of this.#characteristics) {
      ring.push(samples.characteristics.get(name) ?? new Float64Array(size).fill(Number.NaN));
      if (ring.isEmpty) this.#characteristics.delete(name);
    }
    this.#seen += size;
  }

  /** The held samples that have every requested characteristic, oldest first, as columns of their own. */
  select(names: readonly string[]): MeasuredSamples {
    const rewards = this.#rewards.toColumn();
    const columns = names.map((name) => {
      const column = this.#characteristics.get(name)?.toColumn();
      return column ?? new Float64Array(rewards.length).fill(Number.NaN);
    });
    const complete = (_: number, i: number) => columns.every((column) => !Number.isNaN(column[i]));
    return {
      rewards: rewards.filter(complete),
      characteristics: new Map(
        names.map((name, c) => [name, (columns[c] ?? rewards).filter(complete)] as const),
      ),
    };
  }
}

/** A ring of doubles that grows up to its capacity and then overwrites its oldest values. */
class Ring {
  readonly #capacity: number;
  #values: Float64Array<ArrayBuffer>;
  #pushed = 0;
  /** The count of pushed values at the newest one that is a number. */
  #newest = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
    this.#values = new Float64Array(Math.min(FIRST_CAPACITY, capacity));
  }

  static filledWithNaN(capacity: number, count: number): Ring {
    const ring = new Ring(capacity);
    // The position of the ring depends on everything ever pushed; its content, only on
    // the last `capacity` values.
    ring.push(new Float64Array(Math.min(count, capacity)).fill(Number.NaN));
    ring.#pushed = count;
    return ring;
  }

  /** Whether no held value is a number. */
  get isEmpty(): boolean {
    return this.#newest <= this.#pushed - this.#capacity || this.#newest === 0;
  }

  push(values: Float64Array): void {
    const newest = values.findLastIndex((value) => !Number.isNaN(value));
    if (newest >= 0) this.#newest = this.#pushed + newest + 1;
    const dropped = Math.max(0, values.length - this.#capacity);
    const kept = values.subarray(dropped);
    this.#pushed += dropped;
    this.#grow(this.#pushed + kept.length);
    const start = this.#pushed % this.#capacity;
    const untilEnd = Math.min(kept.length, this.#capacity - start);
    this.#values.set(kept.subarray(0, untilEnd), start);
    this.#values.set(kept.subarray(untilEnd), 0);
    this.#pushed += kept.length;
  }

  toColumn(): Float64Array<ArrayBuffer> {
    if (this.#pushed <= this.#capacity) return this.#values.slice(0, this.#pushed);
    const start = this.#pushed % this.#capacity;
    const column = new Float64Array(this.#capacity);
    column.set(this.#values.subarray(start));
    column.set(this.#values.subarray(0, start), this.#capacity - start);
    return column;
  }

  #grow(needed: number): void {
    if (needed <= this.#values.length || this.#values.length === this.#capacity) return;
    const larger = new Float64Array(Math.min(this.#capacity, Math.max(needed, 2 * this.#values.length)));
    larger.set(this.#values);
    this.#values = larger;
  }
}
