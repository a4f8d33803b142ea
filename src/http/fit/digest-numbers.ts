import { hash } from 'node:crypto';

/**
 * Tables, chosen by bits of the digest. Each grows alone, so that no single growth blocks the event loop for
 * long.
 */
const TABLES = 1_024;

/** Initial places of a table: a power of two, which doubling keeps. */
const FIRST_PLACES = 16;

/** The share of places in use at which a table doubles. */
const FULLEST = 3 / 4;

/**
 * Numbers 64-bit digests in order of first appearance. Takes at most 32 bytes for each different one, outside
 * the JavaScript heap; JavaScript's own Map takes 120 and has a limit.
 */
export class DigestNumbers {
  readonly #tables = Array.from({ length: TABLES }, () => new DigestTable(FIRST_PLACES));
  #size = 0;

  /** The number of a text, by 64 bits of its SHA-256. */
  numberOfText(text: string): number {
    const digest = hash('sha256', text, 'buffer');
    return this.numberOf(digest.readUInt32LE(0), digest.readUInt32LE(4));
  }

  /** How many were numbered. */
  get size(): number {
    return this.#size;
  }

  /** The number of the digest of these two halves (32 bits each, evenly distributed). */
  numberOf(high: number, low: number): number {
    const at = high % TABLES;
    let table = this.#tables[at] ?? new DigestTable(FIRST_PLACES);
    if (table.isFull) {
      table = table.doubled();
      this.#tables[at] = table;
    }
    const number = table.numberOf(high, low, this.#size);
    if (number === this.#size) this.#size++;
    return number;
  }
}

/**
 * An open-addressing hash table (linear probing): the search for a digest starts at the place of its lower
 * half.
 */
class DigestTable {
  readonly #highs: Uint32Array;
  readonly #lows: Uint32Array;
  /** Number + 1; 0 where the place is free. */
  readonly #numbers: Int32Array;
  #used = 0;

  constructor(places: number) {
    this.#highs = new Uint32Array(places);
    this.#lows = new Uint32Array(places);
    this.#numbers = new Int32Array(places);
  }

  get isFull(): boolean {
    return this.#used >= FULLEST * this.#numbers.length;
  }

  /** The number of the digest; `next` if it is new. */
  numberOf(high: number, low: number, next: number): number {
    const last = this.#numbers.length - 1;
    let place = low & last;
    for (; this.#numbers[place] !== 0; place = (place + 1) & last)
      if (this.#lows[place] === low && this.#highs[place] === high) return (this.#numbers[place] ?? 0) - 1;
    this.#highs[place] = high;
    this.#lows[place] = low;
    this.#numbers[place] = next + 1;
    this.#used++;
    return next;
  }

  /** The same digests with twice the places. */
  doubled(): DigestTable {
    const larger = new DigestTable(2 * this.#numbers.length);
    for (const [place, number] of this.#numbers.entries())
      if (number !== 0) larger.numberOf(this.#highs[place] ?? 0, this.#lows[place] ?? 0, number - 1);
    return larger;
  }
}
