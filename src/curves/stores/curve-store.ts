import type { CurveHistory } from '../curve-history.js';

/** Where curves survive the process. Every store passes the same contract test. */
export interface CurveStore {
  /**
   * Everything that was saved, at start.
   * @throws Error naming the place, when what is stored cannot be read.
   */
  load(): Promise<CurveHistory[]>;
  /**
   * Makes `history` what `load` gives for its reward model. Resolves only when that would survive a crash at any
   * later moment; if it rejects, what was saved before is still whole.
   */
  save(history: CurveHistory): Promise<void>;
  /** Releases what the store holds open. */
  close(): Promise<void>;
}
