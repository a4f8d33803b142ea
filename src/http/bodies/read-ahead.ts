import { type ByteBudget, HeldBytes } from '../../bytes/byte-budget.js';

/** Answers waiting for a client that reads only when it has sent everything: half a million lines. */
const MOST_AHEAD = 16 * 1_024 * 1_024;

/**
 * Texts that are made before they are asked for, as long as there is room among the bytes in flight; from
 * then on one at a time, as they are asked for: nothing is refused, and the client has to read.
 */
export class ReadAhead implements AsyncIterable<Buffer> {
  readonly #texts: AsyncIterable<string>;
  readonly #budget: ByteBudget;

  constructor(texts: AsyncIterable<string>, budget: ByteBudget) {
    this.#texts = texts;
    this.#budget = budget;
  }

  /** May be iterated once. Ending early ends the texts. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    const waiting = new Waiting(new HeldBytes(this.#budget));
    const making = this.#make(waiting);
    // A reader that still takes gets the error below; it must not be lost where there is none.
    making.catch(() => waiting.end());
    try {
      for (let next = await waiting.take(); next !== undefined; next = await waiting.take()) yield next;
      await making;
    } finally {
      waiting.stop();
    }
  }

  async #make(waiting: Waiting): Promise<void> {
    try {
      for await (const text of this.#texts) {
        await waiting.add(Buffer.from(text));
        if (waiting.isStopped) return;
      }
    } finally {
      waiting.end();
    }
  }
}

/** What was made and not taken yet. */
class Waiting {
  readonly #held: HeldBytes;
  readonly #made: Buffer[] = [];
  #bytes = 0;
  #isEnded = false;
  #wakeTaker: () => void = () => undefined;
  #wakeMaker: () => void = () => undefined;
  isStopped = false;

  constructor(held: HeldBytes) {
    this.#held = held;
  }

  /** Resolves once the next one may be made. */
  async add(made: Buffer): Promise<void> {
    this.#made.push(made);
    this.#bytes += made.length;
    const hasRoom = this.#bytes <= MOST_AHEAD && this.#held.set(this.#bytes);
    this.#wakeTaker();
    if (hasRoom) return;
    await new Promise<void>((resolve) => {
      this.#wakeMaker = resolve;
      if (this.isStopped || this.#made.length === 0) resolve();
    });
  }

  /** The next one, once there is one; undefined after the last. */
  async take(): Promise<Buffer | undefined> {
    while (this.#made.length === 0 && !this.#isEnded)
      await new Promise<void>((resolve) => {
        this.#wakeTaker = resolve;
      });
    const next = this.#made.shift();
    this.#bytes -= next?.length ?? 0;
    this.#held.set(this.#bytes);
    if (this.#made.length === 0) this.#wakeMaker();
    return next;
  }

  /** No more are made. */
  end(): void {
    this.#isEnded = true;
    this.#wakeTaker();
  }

  /** No more are taken. */
  stop(): void {
    this.isStopped = true;
    this.#made.length = 0;
    this.#bytes = 0;
    this.#held.release();
    this.#wakeMaker();
  }
}
