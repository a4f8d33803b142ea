import type { RawReward, TextToScore } from '../servers/reward-server.js';
import { PendingText, type TextsOfCall } from './pending-text.js';

/** What a call wants to hear while its texts are awaited. */
export interface CallListener {
  /** The first of its texts that failed; runs before anything else is sent. */
  failed?(reason: unknown): void;
  /** Every text has its outcome. */
  ended?(): void;
}

/**
 * The texts that came together. One promise for all of them: a promise a text would cost more than its turn.
 */
export class PendingCall implements TextsOfCall {
  readonly client: string;
  readonly texts: readonly PendingText[];
  /** The outcome of each text, in their order, once all have one. */
  readonly outcomes: Promise<readonly PromiseSettledResult<RawReward>[]>;
  readonly listener: CallListener = {};
  #left: number;
  #hasFailed = false;
  #hasEnded = false;
  #end: (outcomes: readonly PromiseSettledResult<RawReward>[]) => void = () => undefined;

  /**
   * @param client whose turn they take.
   * @param since when they came, in milliseconds of the sidecar's clock.
   */
  constructor(texts: readonly TextToScore[], client: string, since: number) {
    this.client = client;
    this.texts = texts.map((text) => new PendingText(text, since, this));
    this.#left = texts.length;
    this.outcomes = new Promise((resolve) => {
      this.#end = resolve;
    });
    if (texts.length === 0) this.#end([]);
  }

  get count(): number {
    return this.texts.length;
  }

  get left(): number {
    return this.#left;
  }

  settled(outcome: PromiseSettledResult<RawReward>): void {
    this.#left--;
    if (outcome.status === 'rejected' && !this.#hasFailed) {
      // Before the listener, which may settle the other texts.
      this.#hasFailed = true;
      this.listener.failed?.(outcome.reason);
    }
    if (this.#left > 0 || this.#hasEnded) return;
    this.#hasEnded = true;
    this.listener.ended?.();
    const outcomes: PromiseSettledResult<RawReward>[] = [];
    for (const { outcome: each } of this.texts) if (each !== undefined) outcomes.push(each);
    this.#end(outcomes);
  }
}
