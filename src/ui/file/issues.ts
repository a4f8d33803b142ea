/** A line that cannot be used, and why. */
export interface Issue {
  readonly line: number;
  readonly message: string;
}

/** Most lines that are shown. */
const MOST_SHOWN = 10;

/** Lines that cannot be used: all are counted, the first ten are kept. */
export class Issues {
  readonly #first: Issue[] = [];
  #count = 0;

  add(line: number, message: string): void {
    this.#count++;
    if (this.#first.length < MOST_SHOWN) this.#first.push({ line, message });
  }

  get count(): number {
    return this.#count;
  }

  get first(): readonly Issue[] {
    return this.#first;
  }
}
