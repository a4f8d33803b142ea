import type { Upstream } from '../upstream/upstream.js';
import type { ScoreParameters } from './score-parameters.js';

/** A text to be scored, as it goes to a reward-model server. */
export interface TextToScore {
  /** Prompt and response, chat template applied. */
  readonly text: string;
  /** The prompt alone, where the caller knows it. */
  readonly prompt?: string | undefined;
  /** Whatever JSON the trainer's data holds. */
  readonly label?: unknown;
  /** What else its request says. */
  readonly parameters?: ScoreParameters | undefined;
}

/** A reward-model server's answer for one text. */
export interface RawReward {
  /** The reward; undefined where the server gave none that is a finite number. */
  readonly reward: number | undefined;
  /** Its entry in the server's answer, for contracts that pass it on. */
  readonly entry: unknown;
  /** The whole answer, where the gatherer has kept it. */
  readonly answer?: unknown;
}

/**
 * A batch as the server answered it: one entry per text, in order, and the whole answer for its other fields.
 */
export interface ScoredBatch {
  readonly rewards: readonly RawReward[];
  readonly answer: unknown;
}

/** The requests and answers of a kind of reward-model server (contracts, B). */
export interface RewardServerContract {
  /** The path below the upstream's URL. */
  readonly path: string;
  /** The body of a request for a batch of texts with the same parameters. It asks for raw scores. */
  buildRequest(texts: readonly TextToScore[], upstream: Upstream): unknown;
  /**
   * The rewards in an answer, one per text, in the order of the texts.
   *
   * @throws BadGateway when the answer is not in the contract's shape or holds another number of rewards.
   */
  readRewards(answer: unknown, count: number): readonly RawReward[];
}
