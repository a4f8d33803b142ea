import type { RawReward, TextToScore } from '../servers/reward-server.js';

/** A text whose reward is awaited. The first outcome counts; later ones are ignored. */
export class PendingText {
  readonly text: TextToScore;
  /** Texts with different keys must not share a request. */
  readonly key: string;
  /** Its arrival, in milliseconds of the sidecar's clock. */
  readonly since: number;
  readonly reward: Promise<RawReward>;
  #isSettled = false;
  #resolve: (reward: RawReward) => void = () => undefined;
  #reject: (reason: unknown) => void = () => undefined;

  constructor(text: TextToScore, since: number) {
    this.text = text;
    this.key = text.parameters?.key ?? '';
    this.since = since;
    this.reward = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  get isSettled(): boolean {
    return this.#isSettled;
  }

  resolve(reward: RawReward): void {
    this.#isSettled = true;
    this.#resolve(reward);
  }

  reject(reason: unknown): void {
    this.#isSettled = true;
    this.#reject(reason);
  }
}
