import type { Upstream } from '../upstream/upstream.js';

/** A text to be scored, as it goes to a reward-model server. */
export interface TextToScore {
  /** Prompt and response, chat template applied. */
  readonly text: string;
  /** The prompt alone, where the caller knows it. */
  readonly prompt?: string | undefined;
  readonly label?: string | null | undefined;
}

/** What a reward-model server said of one text. */
export interface RawReward {
  /** The reward; undefined where the server gave none that is a finite number. */
  readonly reward: number | undefined;
  /** The entry of the server's answer that it stands in, for contracts that pass it on. */
  readonly entry: unknown;
  /** The whole answer, where whoever gathers batches has kept it. */
  readonly answer?: unknown;
}

/** A batch as the server answered it: an entry a text, in order, and the answer itself for what else it says. */
export interface ScoredBatch {
  readonly rewards: readonly RawReward[];
  readonly answer: unknown;
}

/** How a kind of reward-model server is asked and answers (contracts, B). */
export interface RewardServerContract {
  /** The path below the upstream's URL. */
  readonly path: string;
  /** The body of a request for a batch. */
  buildRequest(texts: readonly TextToScore[], upstream: Upstream): unknown;
  /**
   * The rewards in an answer, one a text, in the order of the texts.
   *
   * @throws BadGateway when the answer is not in the contract's shape or holds another number of rewards.
   */
  readRewards(answer: unknown, count: number): readonly RawReward[];
}
