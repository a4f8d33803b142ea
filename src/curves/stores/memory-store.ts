import type { CurveHistory } from '../curve-history.js';
import type { CurveStore } from './curve-store.js';

/** Keeps nothing beyond the process: for tests and throw-away runs. */
export class MemoryStore implements CurveStore {
  readonly #histories = new Map<string, CurveHistory>();

  async load(): Promise<CurveHistory[]> {
    return [...this.#histories.values()];
  }

  async save(history: CurveHistory): Promise<void> {
    this.#histories.set(history.rewardModel, history);
  }

  async close(): Promise<void> {
    this.#histories.clear();
  }
}
