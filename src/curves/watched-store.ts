import { Unavailable } from '../calibration/errors.js';
import type { CurveHistory } from './curve-history.js';
import { type StoreState, StoreWatch } from './store-watch.js';
import type { CurveStore, UnreadableCurves } from './stores/curve-store.js';

/** Seconds after which a request that the store refused may be tried again. */
const STORE_RETRY_SECONDS = 5;

/** Observes writes, for metrics and logs. */
export interface StoreObserver {
  stored(seconds: number): void;
  failed(error: unknown): void;
  /** The change is stored, but a later step (a clean-up, say) failed. */
  unfinished(error: Error): void;
  /** The store took changes so far, and does not now. */
  lost(error: unknown): void;
}

/** A store whose writes are observed. One that fails is Unavailable `store-unavailable`: nothing changed. */
export class WatchedStore {
  readonly #store: CurveStore;
  readonly #observer: StoreObserver;
  readonly #watch: StoreWatch;

  constructor(store: CurveStore, observer: StoreObserver) {
    this.#store = store;
    this.#observer = observer;
    this.#watch = new StoreWatch(store, (error) => observer.lost(error));
  }

  /** Whether the store takes changes, as far as is known. */
  state(): Promise<StoreState> {
    return this.#watch.state();
  }

  /** Stores a history; `isStored` is called before what went wrong after that is observed. */
  async save(history: CurveHistory, isStored: () => void): Promise<void> {
    const unfinished = await this.#write(() => this.#store.save(history));
    isStored();
    for (const error of unfinished) this.#observer.unfinished(error);
  }

  /** Gives up unreadable curves; `isStored` gets the history that is stored instead, as with {@link save}. */
  async discard(
    rewardModel: string,
    unreadable: UnreadableCurves,
    isStored: (history: CurveHistory) => void,
  ): Promise<readonly number[]> {
    const discarded = await this.#write(() => this.#store.discard(rewardModel, unreadable));
    isStored(discarded.history);
    for (const error of discarded.unfinished) this.#observer.unfinished(error);
    return discarded.deleted;
  }

  close(): Promise<void> {
    return this.#store.close();
  }

  async #write<Result>(write: () => Promise<Result>): Promise<Result> {
    const started = performance.now();
    try {
      const result = await write();
      this.#watch.wrote(true);
      this.#observer.stored((performance.now() - started) / 1000);
      return result;
    } catch (error) {
      this.#watch.wrote(false);
      this.#observer.failed(error);
      const message = 'the change could not be stored; the curves in use are unchanged';
      throw new Unavailable('store-unavailable', message, STORE_RETRY_SECONDS);
    }
  }
}
