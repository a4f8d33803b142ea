import type { CurveHistory } from '../curve-history.js';

/** A reward model whose stored curves cannot be trusted. None of it is served until an operator acts. */
export interface UnreadableCurves {
  /** Undefined where nothing stored names it. */
  readonly rewardModel: string | undefined;
  /** `storageKey` of the reward model that the place belongs to. */
  readonly key: string;
  /** Where to look: the file or folder that is wrong. */
  readonly place: string;
  /** What is wrong with it. */
  readonly reason: string;
}

/** Everything that a store holds. */
export interface StoredCurves {
  readonly histories: readonly CurveHistory[];
  readonly unreadable: readonly UnreadableCurves[];
}

/** Where curves survive the process. Every store passes the same contract test. */
export interface CurveStore {
  /**
   * Takes the store for this process alone and reads everything that was saved.
   *
   * @throws Error in one line, when another process has the store, or it takes no
   *   changes, or cannot be listed.
   */
  open(): Promise<StoredCurves>;
  /**
   * Stores `history`, so that `open` gives it for its reward model. If it rejects, nothing changed:
   * the previous save is whole.
   *
   * @returns what went wrong after the history was stored (a clean-up, a file that had to be written again).
   */
  save(history: CurveHistory): Promise<readonly Error[]>;
  /**
   * Gives up the unreadable curves of a reward model. New numbers stay above every number found there.
   *
   * @returns the numbers that are gone, and the empty history, which is stored.
   */
  discard(rewardModel: string, unreadable: UnreadableCurves): Promise<Discarded>;
  /** @throws Error when a save would fail now. */
  probe(): Promise<void>;
  /** Releases what the store holds open. */
  close(): Promise<void>;
}

/** The outcome of giving up unreadable curves. */
export interface Discarded {
  readonly deleted: readonly number[];
  readonly history: CurveHistory;
  /** What went wrong after the history was stored. */
  readonly unfinished: readonly Error[];
}
