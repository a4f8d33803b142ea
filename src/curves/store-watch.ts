import type { CurveStore } from './stores/curve-store.js';

/** Whether a store takes changes. */
export type StoreState = 'ok' | 'unavailable';

/** Milliseconds between two probes of the store, however often its state is requested. */
const PROBE_MILLISECONDS = 1_000;

/**
 * Milliseconds after which a store that does not answer counts as unavailable: a readiness
 * probe must not hang on it.
 */
const PATIENCE_MILLISECONDS = 500;

/** The known state of a store: the outcome of the last write, or of a later probe. */
export class StoreWatch {
  readonly #store: Pick<CurveStore, 'probe'>;
  readonly #lost: (error: unknown) => void;
  readonly #now: () => number;
  #state: StoreState = 'ok';
  #probedAt = Number.NEGATIVE_INFINITY;
  #probe: Promise<void> | undefined;

  /**
   * @param lost called when a probe finds that the store no longer takes changes; a
   *   failed write reports itself.
   * @param now a clock in milliseconds.
   */
  constructor(
    store: Pick<CurveStore, 'probe'>,
    lost: (error: unknown) => void,
    now: () => number = () => performance.now(),
  ) {
    this.#store = store;
    this.#lost = lost;
    this.#now = now;
  }

  /** Records the outcome of a write. */
  wrote(isStored: boolean): void {
    this.#state = isStored ? 'ok' : 'unavailable';
  }

  /** Probes the store, at most once a second, and never twice at a time. */
  async state(): Promise<StoreState> {
    if (this.#probe === undefined && this.#now() - this.#probedAt >= PROBE_MILLISECONDS) {
      this.#probedAt = this.#now();
      this.#probe = this.#ask().finally(() => {
        this.#probe = undefined;
      });
    }
    if (this.#probe === undefined) return this.#state;
    return (await settlesSoon(this.#probe)) ? this.#state : 'unavailable';
  }

  async #ask(): Promise<void> {
    try {
      await this.#store.probe();
      this.#state = 'ok';
    } catch (error) {
      if (this.#state === 'ok') this.#lost(error);
      this.#state = 'unavailable';
    }
  }
}

/** Whether something is over before patience ends. */
async function settlesSoon(work: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MILLISECONDS, false);
  });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
