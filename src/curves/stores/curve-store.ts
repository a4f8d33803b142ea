import type { CurveHistory } from '../curve-history.js';

/** A reward model whose stored curves cannot be trusted. Nothing of it is served until somebody acts. */
export interface UnreadableCurves {
  /** Undefined where nothing that is stored says it. */
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
   * @throws Error in one line, when another process has the store, or it takes no changes, or cannot be listed.
   */
  open(): Promise<StoredCurves>;
  /**
   * Makes `history` what `open` gives for its reward model. If it rejects, nothing happened: what was saved before is still
   * whole. If it resolves, the history is stored; what went wrong beside that (a clean-up, a file that had to be written
   * again) is what it resolves to.
   */
  save(history: CurveHistory): Promise<readonly Error[]>;
  /**
   * Gives up the unreadable curves of a reward model. The numbering goes on above every number that lay there.
   *
   * @returns the numbers that are gone, and the empty history, which is stored.
   */
  discard(rewardModel: string, unreadable: UnreadableCurves): Promise<Discarded>;
  /** @throws Error when a save would fail now. */
  probe(): Promise<void>;
  /** Releases what the store holds open. */
  close(): Promise<void>;
}

/** What became of unreadable curves that were given up. */
export interface Discarded {
  readonly deleted: readonly number[];
  readonly history: CurveHistory;
  /** What went wrong after the history was stored. */
  readonly unfinished: readonly Error[];
}
