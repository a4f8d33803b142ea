import type { CurveHistory } from '../curve-history.js';
import type { CurveStore, Discarded, StoredCurves } from './curve-store.js';

/** Keeps nothing beyond the process: for tests and throw-away runs. */
export class MemoryStore implements CurveStore {
  readonly #histories = new Map<string, CurveHistory>();

  async open(): Promise<StoredCurves> {
    return { histories: [...this.#histories.values()], unreadable: [] };
  }

  async save(history: CurveHistory): Promise<readonly Error[]> {
    this.#histories.set(history.rewardModel, history);
    return [];
  }

  async discard(): Promise<Discarded> {
    throw new RangeError('nothing in memory is unreadable');
  }

  async probe(): Promise<void> {
    // Memory takes every change.
  }

  async close(): Promise<void> {
    this.#histories.clear();
  }
}
