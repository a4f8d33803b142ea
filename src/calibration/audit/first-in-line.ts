/** A place in the order of asking. */
export interface InLine {
  /** 0 for the first pair of its prompt, 1 for the second. */
  readonly turn: number;
  readonly number: number;
}

/** Keeps the first `limit` of all that was offered, by turn and then by number. */
export class FirstInLine<Item extends InLine> {
  readonly #limit: number;
  readonly #kept: Item[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether an item with this place would be kept. */
  admits(item: InLine): boolean {
    if (this.#kept.length < this.#limit) return this.#limit > 0;
    const last = this.#kept.at(-1);
    return last !== undefined && isBefore(item, last);
  }

  /** Takes the item, unless one with its number is kept, and drops the last one where there are too many. */
  offer(item: Item): void {
    if (!this.admits(item) || this.#kept.some(({ number }) => number === item.number)) return;
    let low = 0;
    let high = this.#kept.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      // Of equals the one that came first stays first.
      if (isBefore(item, this.#kept[middle])) high = middle;
      else low = middle + 1;
    }
    this.#kept.splice(low, 0, item);
    if (this.#kept.length > this.#limit) this.#kept.pop();
  }

  /** What was kept, in order. */
  get items(): readonly Item[] {
    return this.#kept;
  }
}

function isBefore(one: InLine, other: InLine): boolean {
  return one.turn < other.turn || (one.turn === other.turn && one.number < other.number);
}
