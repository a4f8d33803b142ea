/**
 * V8 hashes strings of more than 16,383 characters by their length alone: a map of thousands of such texts of
 * one length takes time in proportion to their square. Pieces of them are hashed in full.
 */
const PIECE = 8_192;

/** Numbers names from 0, in order of first appearance; in time linear in their length, whatever they are. */
export class Numbering<Name> {
  readonly #names: Name[] = [];
  readonly #numbers = new Map<Name, number>();
  /** Of long texts, keyed by the numbers of their pieces. */
  readonly #longNumbers = new Map<string, number>();
  readonly #pieces = new Map<string, number>();

  /** The number of a name: its own, or the next one where the name is new. */
  numberOf(name: Name): number {
    if (typeof name === 'string' && name.length > PIECE)
      return this.#numberIn(this.#longNumbers, this.#piecesOf(name), name);
    return this.#numberIn(this.#numbers, name, name);
  }

  /** How many names there are. */
  get size(): number {
    return this.#names.length;
  }

  /** The names in the order of their numbers. */
  get names(): Name[] {
    return [...this.#names];
  }

  #numberIn<Key>(numbers: Map<Key, number>, key: Key, name: Name): number {
    const known = numbers.get(key);
    if (known !== undefined) return known;
    const number = this.#names.push(name) - 1;
    numbers.set(key, number);
    return number;
  }

  #piecesOf(text: string): string {
    const numbers: number[] = [];
    for (let from = 0; from < text.length; from += PIECE) {
      const piece = text.slice(from, from + PIECE);
      const number = this.#pieces.get(piece) ?? this.#pieces.size;
      if (number === this.#pieces.size) this.#pieces.set(piece, number);
      numbers.push(number);
    }
    return numbers.join();
  }
}
