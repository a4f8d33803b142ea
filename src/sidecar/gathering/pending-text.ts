import type { RawReward, TextToScore } from '../servers/reward-server.js';
import type { Queued } from './fair-queue.js';

/** The texts that came together in one call. */
export interface TextsOfCall {
  /** Whose turn they take. */
  readonly client: string;
  readonly count: number;
  /** How many of them have no outcome yet. */
  readonly left: number;
  /** One of them has its outcome; each says so once. */
  settled(outcome: PromiseSettledResult<RawReward>): void;
}

/** A text whose reward is awaited. The first outcome counts; later ones are ignored. */
export class PendingText implements Queued {
  readonly text: TextToScore;
  /** Texts with different keys must not share a request. */
  readonly key: string;
  /** Its arrival, in milliseconds of the sidecar's clock. */
  readonly since: number;
  /** That brought it. */
  readonly call: TextsOfCall;
  #outcome: PromiseSettledResult<RawReward> | undefined;

  constructor(text: TextToScore, since: number, call: TextsOfCall) {
    this.text = text;
    this.key = text.parameters?.key ?? '';
    this.since = since;
    this.call = call;
  }

  get client(): string {
    return this.call.client;
  }

  get isSettled(): boolean {
    return this.#outcome !== undefined;
  }

  /** Undefined while it is awaited. */
  get outcome(): PromiseSettledResult<RawReward> | undefined {
    return this.#outcome;
  }

  resolve(reward: RawReward): void {
    this.#settle({ status: 'fulfilled', value: reward });
  }

  reject(reason: unknown): void {
    this.#settle({ status: 'rejected', reason });
  }

  #settle(outcome: PromiseSettledResult<RawReward>): void {
    if (this.#outcome !== undefined) return;
    this.#outcome = outcome;
    this.call.settled(outcome);
  }
}
