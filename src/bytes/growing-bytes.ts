/**
 * Bytes that arrive in chunks, in one buffer that grows as it fills. A one-byte chunk costs a byte or two; in
 * a list of chunks it would cost 150. A single chunk is taken without a copy.
 */
export class GrowingBytes {
  readonly #expected: number;
  #first: Buffer = NOTHING;
  /** Everything received, once it is more than the first chunk. */
  #own: Buffer<ArrayBuffer> | undefined;
  #length = 0;

  /**
   * @param expected length; memory beyond it is taken only once more bytes arrive. An announced
   *   length alone takes none.
   */
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

  /** The bytes received so far, perhaps in the memory of their only chunk. Valid until the next `add`. */
  view(): Buffer {
    const held = this.#own ?? this.#first;
    return held.length === this.#length ? held : held.subarray(0, this.#length);
  }

  /** The bytes received so far, in an ArrayBuffer of their own, so that it can be transferred to a thread. */
  own(): Uint8Array<ArrayBuffer> {
    return this.#roomFor(this.#length).subarray(0, this.#length);
  }

  #roomFor(length: number): Buffer<ArrayBuffer> {
    if (this.#own && length <= this.#own.length) return this.#own;
    const held = this.#own ?? this.#first;
    // Never from Node's pool, which others share.
    const grown = (held.length < LARGE_BYTES ? 2 : 4) * held.length;
    const larger = Buffer.allocUnsafeSlow(Math.max(length, Math.min(grown, this.#expected)));
    held.copy(larger, 0, 0, this.#length);
    this.#own = larger;
    return larger;
  }
}

/**
 * From here on a buffer grows by four: the last copies of a large body halt everything else for milliseconds,
 * and the system gives memory of this size only as it is written.
 */
const LARGE_BYTES = 1_048_576;

const NOTHING: Buffer = Buffer.alloc(0);
