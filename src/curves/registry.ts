import pLimit from 'p-limit';
import { Conflict, NotFound, Unavailable } from '../calibration/errors.js';
import { requireReadable, toDocument } from './curve-document.js';
import {
  type CurveHistory,
  cleared,
  currentCurve,
  emptyHistory,
  type FittedCurve,
  findVersion,
  rolledBack,
  type VersionedCurve,
  withoutVersion,
  withVersion,
} from './curve-history.js';
import type { CurveStore } from './stores/curve-store.js';

/** Seconds after which a request that the store refused may be tried again. */
const STORE_RETRY_SECONDS = 5;

/** What the registry tells of a write, for metrics and logs. */
export interface StoreObserver {
  stored(seconds: number): void;
  failed(error: unknown): void;
}

/** Bounds of the registry. */
export interface RegistryLimits {
  /** Reward models with curves at any time. */
  readonly maxRewardModels: number;
  /** Versions kept per reward model. */
  readonly keepVersions: number;
}

/**
 * The curves in use: current version and history of every reward model. The only owner of that state. A change goes
 * to the store first, then into memory, then to the caller; changes run one at a time, reads never wait.
 */
export class CurveRegistry {
  readonly #store: CurveStore;
  readonly #limits: RegistryLimits;
  readonly #observer: StoreObserver;
  readonly #histories = new Map<string, CurveHistory>();
  readonly #oneAtATime = pLimit(1);

  private constructor(store: CurveStore, limits: RegistryLimits, observer: StoreObserver) {
    this.#store = store;
    this.#limits = limits;
    this.#observer = observer;
  }

  /** A registry with everything that the store holds. */
  static async open(
    store: CurveStore,
    limits: RegistryLimits,
    observer: StoreObserver,
  ): Promise<CurveRegistry> {
    const registry = new CurveRegistry(store, limits, observer);
    for (const history of await store.load()) registry.#histories.set(history.rewardModel, history);
    return registry;
  }

  /** The histories that hold at least one curve, by name. */
  list(): CurveHistory[] {
    return [...this.#histories.values()]
      .filter((history) => history.versions.length > 0)
      .sort((a, b) => (a.rewardModel < b.rewardModel ? -1 : 1));
  }

  /** @throws NotFound `unknown-reward-model` */
  history(rewardModel: string): CurveHistory {
    const history = this.#histories.get(rewardModel);
    if (history === undefined || history.versions.length === 0) {
      const message = 'no curve was fitted for this reward model';
      throw new NotFound('unknown-reward-model', message, [{ path: ['reward_model'], message }]);
    }
    return history;
  }

  /** The current curve of a reward model, if it has one. */
  current(rewardModel: string): VersionedCurve | undefined {
    const history = this.#histories.get(rewardModel);
    return history && currentCurve(history);
  }

  /** @throws NotFound `unknown-reward-model` or `unknown-version` */
  version(rewardModel: string, version: number): VersionedCurve {
    return findVersion(this.history(rewardModel), version);
  }

  /**
   * The version that is named, else the current one, if there is one.
   *
   * @throws as {@link version}
   */
  find(rewardModel: string, version: number | undefined): VersionedCurve | undefined {
    return version === undefined ? this.current(rewardModel) : this.version(rewardModel, version);
  }

  /**
   * Whether a curve or a window for this reward model stays within the limit, given those known elsewhere.
   *
   * @throws Conflict `too-many-reward-models`
   */
  checkRoom(rewardModel: string, otherRewardModels: readonly string[] = []): void {
    const known = new Set([...this.list().map((history) => history.rewardModel), ...otherRewardModels]);
    if (known.has(rewardModel) || known.size < this.#limits.maxRewardModels) return;
    const message = `the service holds ${known.size} reward models already (MAX_REWARD_MODELS)`;
    throw new Conflict('too-many-reward-models', message, [{ path: ['reward_model'], message }]);
  }

  /**
   * Stores a fitted curve as the new current version.
   *
   * @throws Conflict `too-many-reward-models`; InvalidInput `unreadable-curve`; Unavailable `store-unavailable`, with nothing
   *   changed.
   */
  add(curve: FittedCurve): Promise<VersionedCurve> {
    return this.#change(curve.rewardModel, (history) => this.#grown(history, curve));
  }

  /** Like {@link add}, but importing the very curve that is current already changes nothing. */
  import(curve: FittedCurve): Promise<VersionedCurve> {
    return this.#change(curve.rewardModel, (history) => {
      const current = currentCurve(history);
      return current && sameContent(current, curve) ? history : this.#grown(history, curve);
    });
  }

  /** Makes an earlier version current; see `rolledBack`. */
  rollBack(rewardModel: string, version: number | undefined): Promise<VersionedCurve> {
    return this.#change(rewardModel, (history) => rolledBack(this.#known(history), version));
  }

  /** Deletes one version, or all of them; resolves to the deleted numbers. */
  async delete(rewardModel: string, version: number | undefined): Promise<number[]> {
    const before = this.history(rewardModel);
    await this.#update(rewardModel, (history) =>
      version === undefined ? cleared(this.#known(history)) : withoutVersion(this.#known(history), version),
    );
    return version === undefined ? before.versions.map((curve) => curve.version) : [version];
  }

  /** Resolves when every change under way is stored. */
  async close(): Promise<void> {
    await this.#oneAtATime(() => this.#store.close());
  }

  #grown(history: CurveHistory, curve: FittedCurve): CurveHistory {
    this.checkRoom(curve.rewardModel);
    requireReadable(curve);
    return withVersion(history, curve, this.#limits.keepVersions);
  }

  #known(history: CurveHistory): CurveHistory {
    return this.history(history.rewardModel);
  }

  async #change(
    rewardModel: string,
    change: (history: CurveHistory) => CurveHistory,
  ): Promise<VersionedCurve> {
    const changed = await this.#update(rewardModel, change);
    return findVersion(changed, changed.current ?? 0);
  }

  #update(rewardModel: string, change: (history: CurveHistory) => CurveHistory): Promise<CurveHistory> {
    return this.#oneAtATime(async () => {
      const before = this.#histories.get(rewardModel) ?? emptyHistory(rewardModel);
      const after = change(before);
      if (after === before) return before;
      await this.#save(after);
      this.#histories.set(rewardModel, after);
      return after;
    });
  }

  async #save(history: CurveHistory): Promise<void> {
    const started = performance.now();
    try {
      await this.#store.save(history);
    } catch (error) {
      this.#observer.failed(error);
      const message = 'the curve could not be stored; the curves in use are unchanged';
      throw new Unavailable('store-unavailable', message, STORE_RETRY_SECONDS);
    }
    this.#observer.stored((performance.now() - started) / 1000);
  }
}

function sameContent(a: FittedCurve, b: FittedCurve): boolean {
  return content(a) === content(b);
}

function content(curve: FittedCurve): string {
  const { version: _, ...document } = toDocument(curve);
  return JSON.stringify(document);
}
