/** Numbers names from 0, in order of first appearance. */
export class Numbering<Name> {
  readonly #numbers = new Map<Name, number>();

  /** The number of a name: its own, or the next one where the name is new. */
  numberOf(name: Name): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    const number = this.#numbers.size;
    this.#numbers.set(name, number);
    return number;
  }

  /** How many names there are. */
  get size(): number {
    return this.#numbers.size;
  }

  /** The names in the order of their numbers. */
  get names(): Name[] {
    return [...this.#numbers.keys()];
  }
}
