/** A body in pieces, as a caller's source gives them. */
export interface Pieces {
  /** The next piece; undefined at the end. It rejects with what the source throws. */
  next(): Promise<Uint8Array | undefined>;
  /** Lets go of the source before its end; rejects with what the source throws at that. */
  stop(): Promise<void>;
}

/**
 * The body of one request, and its end. Fetch lets go neither of a body nor of the caller's source when an
 * answer is not read to its end, and says "fetch failed" where the source throws.
 */
export class Upload {
  /** What fetch takes as a body. */
  readonly body: string | Uint8Array | ReadableStream<Uint8Array>;
  /** Aborts the request with {@link end}, and when the caller's own signal does. */
  readonly signal: AbortSignal;
  readonly #abort = new AbortController();
  readonly #pieces: Pieces | undefined;
  /** There is no more to ask of the source. */
  #isOver = false;
  /** What the caller's source has thrown. */
  #failure: { readonly error: unknown } | undefined;

  constructor(content: string | Uint8Array | Pieces, signal?: AbortSignal) {
    const own = this.#abort.signal;
    this.signal = signal === undefined ? own : AbortSignal.any([signal, own]);
    const isWhole = typeof content === 'string' || content instanceof Uint8Array;
    this.#pieces = isWhole ? undefined : content;
    this.body = isWhole ? content : this.#stream(content);
  }

  /**
   * Ends the request, sent or not: aborts it, and lets go of the caller's source.
   *
   * @throws what the source throws, if it does.
   */
  async end(): Promise<void> {
    this.#abort.abort();
    await this.#stop();
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  async #stop(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    try {
      await this.#pieces?.stop();
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#isOver = true;
    this.#failure ??= { error };
    this.#abort.abort(error);
  }

  #stream(pieces: Pieces): ReadableStream<Uint8Array> {
    return new ReadableStream<Uint8Array>({
      start: (controller) => {
        // Whatever ends the request: fetch closes the connection, and leaves the body as it is.
        const end = async () => {
          await this.#stop();
          controller.error(this.signal.reason);
        };
        // After what runs now, which may be the source itself: it cannot be ended while it runs.
        this.signal.addEventListener('abort', () => queueMicrotask(end), { once: true });
      },
      pull: async (controller) => {
        if (this.signal.aborted) return;
        try {
          const piece = await pieces.next();
          if (this.#isOver) return;
          if (piece !== undefined) return controller.enqueue(piece);
          this.#isOver = true;
          controller.close();
        } catch (error) {
          this.#fail(error);
        }
      },
      cancel: () => this.#stop(),
    });
  }
}

/** A caller's stream of bytes as pieces. */
export function streamPieces(stream: ReadableStream<Uint8Array>): Pieces {
  const reader = stream.getReader();
  return {
    next: async () => (await reader.read()).value,
    stop: () => reader.cancel(),
  };
}
