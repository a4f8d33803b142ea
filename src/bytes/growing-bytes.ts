/**
 * Bytes that arrive in chunks, in one buffer that doubles as it fills: a chunk of one byte costs a byte or two, while a list of such chunks
 * would take 150 for each. A chunk that comes alone is taken as it is, without a copy.
 */
export class GrowingBytes {
  readonly #expected: number;
  #first: Buffer = NOTHING;
  /** All that has come, where that is more than the first chunk. */
  #own: Buffer<ArrayBuffer> | undefined;
  #length = 0;

  /** @param expected length; no more room is made until more has come. What is only announced takes none. */
  constructor(expected: number) {
    this.#expected = expected;
  }

  get length(): number {
    return this.#length;
  }

  /** Appends a chunk, which must not change any more. */
  add(chunk: Buffer): void {
    if (this.#length === 0) this.#first = chunk;
    else chunk.copy(this.#roomFor(this.#length + chunk.length), this.#length);
    this.#length += chunk.length;
  }

  /** What has come, perhaps in the memory of its only chunk. It holds until the next `add`. */
  view(): Buffer {
    return (this.#own ?? this.#first).subarray(0, this.#length);
  }

  /** What has come, in an ArrayBuffer that nobody else uses, so that it can be transferred to a thread. */
  own(): Uint8Array<ArrayBuffer> {
    return this.#roomFor(this.#length).subarray(0, this.#length);
  }

  #roomFor(length: number): Buffer<ArrayBuffer> {
    if (this.#own && length <= this.#own.length) return this.#own;
    const held = this.#own ?? this.#first;
    // Never from Node's pool, which others share.
    const larger = Buffer.allocUnsafeSlow(Math.max(length, Math.min(2 * held.length, this.#expected)));
    held.copy(larger, 0, 0, this.#length);
    this.#own = larger;
    return larger;
  }
}

const NOTHING: Buffer = Buffer.alloc(0);
