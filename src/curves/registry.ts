import { basename } from 'node:path';
import pLimit from 'p-limit';
import { Conflict, NotFound, Unavailable } from '../calibration/errors.js';
import type { AuditDocument } from './audit-document.js';
import { requireRoomForAudits } from './audit-room.js';
import { requireReadable, sameContent } from './curve-document.js';
import {
  type CurveHistory,
  cleared,
  currentCurve,
  emptyHistory,
  type FittedCurve,
  findVersion,
  rolledBack,
  type VersionedCurve,
  withAudit,
  withoutVersion,
  withVersion,
} from './curve-history.js';
import { atStrength } from './curve-strength.js';
import { storageKey } from './storage-key.js';
import type { StoreState } from './store-watch.js';
import type { CurveStore, UnreadableCurves } from './stores/curve-store.js';
import { type StoreObserver, WatchedStore } from './watched-store.js';

/** Seconds after which a request for unreadable curves may be tried again: an operator has to act first. */
const UNREADABLE_RETRY_SECONDS = 60;

/** Bounds of the registry. */
export interface RegistryLimits {
  /** Reward models with curves at any time. */
  readonly maxRewardModels: number;
  /** Versions kept per reward model. */
  readonly keepVersions: number;
}

/**
 * The curves in use: current version and history of every reward model. The only owner of that state. A
 * change goes to the store first, then into memory, then to the caller; changes run one at a time, reads
 * never wait. While the stored curves of a reward model are unreadable, every call that needs them throws
 * Unavailable `curve-unreadable`. Deleting them ends that.
 */
export class CurveRegistry {
  readonly #store: WatchedStore;
  readonly #limits: RegistryLimits;
  readonly #histories = new Map<string, CurveHistory>();
  #unreadable: readonly UnreadableCurves[] = [];
  readonly #oneAtATime = pLimit(1);

  private constructor(store: WatchedStore, limits: RegistryLimits) {
    this.#store = store;
    this.#limits = limits;
  }

  /** A registry with everything that the store holds. */
  static async open(
    store: CurveStore,
    limits: RegistryLimits,
    observer: StoreObserver,
  ): Promise<CurveRegistry> {
    const registry = new CurveRegistry(new WatchedStore(store, observer), limits);
    const { histories, unreadable } = await store.open();
    for (const history of histories) registry.#histories.set(history.rewardModel, history);
    registry.#unreadable = unreadable;
    return registry;
  }

  /** Whether the store takes changes, as far as is known. */
  storeState(): Promise<StoreState> {
    return this.#store.state();
  }

  /** The stored curves that cannot be trusted. */
  listUnreadable(): readonly UnreadableCurves[] {
    return this.#unreadable;
  }

  /** Whether nothing stored of a reward model is unreadable; also true where nothing is stored. */
  isReadable(rewardModel: string): boolean {
    return this.#unreadableOf(rewardModel) === undefined;
  }

  /** @throws Unavailable `curve-unreadable` */
  checkReadable(rewardModel: string): void {
    const unreadable = this.#unreadableOf(rewardModel);
    if (unreadable === undefined) return;
    const message = `the stored curves of this reward model cannot be read (${basename(unreadable.place)} ${unreadable.reason}): restore its folder from a backup and restart, or give them up by DELETE /v1/curves`;
    throw new Unavailable('curve-unreadable', message, UNREADABLE_RETRY_SECONDS);
  }

  /** The histories that hold at least one curve, by name. */
  list(): CurveHistory[] {
    return [...this.#histories.values()]
      .filter((history) => history.versions.length > 0)
      .sort((a, b) => (a.rewardModel < b.rewardModel ? -1 : 1));
  }

  /** @throws NotFound `unknown-reward-model`; Unavailable `curve-unreadable` */
  history(rewardModel: string): CurveHistory {
    this.checkReadable(rewardModel);
    const history = this.#histories.get(rewardModel);
    if (history === undefined || history.versions.length === 0) {
      const message = 'no curve was fitted for this reward model';
      throw new NotFound('unknown-reward-model', message, [{ path: ['reward_model'], message }]);
    }
    return history;
  }

  /**
   * The current curve of a reward model, if it has one.
   *
   * @throws Unavailable `curve-unreadable`
   */
  current(rewardModel: string): VersionedCurve | undefined {
    this.checkReadable(rewardModel);
    const history = this.#histories.get(rewardModel);
    return history && currentCurve(history);
  }

  /** @throws NotFound `unknown-reward-model` or `unknown-version`; Unavailable `curve-unreadable` */
  version(rewardModel: string, version: number): VersionedCurve {
    return findVersion(this.history(rewardModel), version);
  }

  /**
   * The named version; without a name the current one, if there is one.
   *
   * @throws as {@link version}
   */
  find(rewardModel: string, version: number | undefined): VersionedCurve | undefined {
    return version === undefined ? this.current(rewardModel) : this.version(rewardModel, version);
  }

  /**
   * Checks that a curve or a window for this reward model stays within the limit,
   * given those known elsewhere.
   *
   * @throws Conflict `too-many-reward-models`
   */
  checkRoom(rewardModel: string, otherRewardModels: readonly string[] = []): void {
    if ((this.#histories.get(rewardModel)?.versions.length ?? 0) > 0) return;
    if (otherRewardModels.includes(rewardModel)) return;
    const known = new Set([...this.list().map((history) => history.rewardModel), ...otherRewardModels]);
    if (known.size < this.#limits.maxRewardModels) return;
    const message = `the service holds ${known.size} reward models already (MAX_REWARD_MODELS): GET /v1/curves lists them, DELETE makes room`;
    throw new Conflict('too-many-reward-models', message, [{ path: ['reward_model'], message }]);
  }

  /**
   * Stores a fitted curve as the new current version.
   *
   * @throws Conflict `too-many-reward-models`; InvalidInput `unreadable-curve`; Unavailable
   *   `store-unavailable`, with nothing changed.
   */
  add(curve: FittedCurve): Promise<VersionedCurve> {
    return this.#change(curve.rewardModel, (history) => this.#grown(history, curve));
  }

  /**
   * Like {@link add}, with an audit if there is one; but an import of the curve that is current already makes
   * no version, and changes only an audit that is another one.
   */
  import(curve: FittedCurve, audit: AuditDocument | null): Promise<VersionedCurve> {
    return this.#change(curve.rewardModel, (history) => {
      const current = currentCurve(history);
      if (current === undefined || !sameContent(current, curve)) return this.#grown(history, curve, audit);
      return audit === null ? history : withAudit(history, current.version, audit);
    });
  }

  /**
   * Stores a version, by default the current one, with another α as the new current one, and with its audit,
   * which is of the same curve at α = 1. The current version with the α that it has already changes nothing.
   *
   * @throws as {@link version} and {@link add}.
   */
  changeStrength(rewardModel: string, version: number | undefined, alpha: number): Promise<VersionedCurve> {
    return this.#change(rewardModel, (history) => {
      const { current } = this.#known(history);
      const from = findVersion(history, version ?? current ?? 0);
      const changed = atStrength(from, alpha, current);
      if (changed === from && from.version === current) return history;
      return this.#grown(history, changed, from.audit);
    });
  }

  /**
   * Attaches an audit to a version in place of the one it has, or with null takes that off.
   *
   * @throws NotFound `unknown-reward-model` or `unknown-version`; InvalidInput where there is no room;
   *   Unavailable `curve-unreadable` or `store-unavailable`, with nothing changed.
   */
  async attachAudit(
    rewardModel: string,
    version: number,
    audit: AuditDocument | null,
  ): Promise<VersionedCurve> {
    const changed = await this.#update(rewardModel, (history) =>
      withAudit(this.#known(history), version, audit),
    );
    return findVersion(changed, version);
  }

  /** Makes an earlier version current; see `rolledBack`. */
  rollBack(rewardModel: string, version: number | undefined): Promise<VersionedCurve> {
    return this.#change(rewardModel, (history) => rolledBack(this.#known(history), version));
  }

  /** Deletes one version, or all of them, readable or not; resolves to the deleted numbers. */
  delete(rewardModel: string, version: number | undefined): Promise<readonly number[]> {
    return this.#oneAtATime(async () => {
      const unreadable = this.#unreadableOf(rewardModel);
      if (unreadable !== undefined && version === undefined) return this.#discard(rewardModel, unreadable);
      const before = this.history(rewardModel);
      await this.#replace(version === undefined ? cleared(before) : withoutVersion(before, version));
      return version === undefined ? before.versions.map((curve) => curve.version) : [version];
    });
  }

  /** Resolves when every change under way is stored. */
  async close(): Promise<void> {
    await this.#oneAtATime(() => this.#store.close());
  }

  #grown(history: CurveHistory, curve: FittedCurve, audit: AuditDocument | null = null): CurveHistory {
    this.checkRoom(curve.rewardModel);
    requireReadable(curve);
    return withVersion(history, curve, this.#limits.keepVersions, audit);
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
      this.checkReadable(rewardModel);
      const before = this.#histories.get(rewardModel) ?? emptyHistory(rewardModel);
      const after = change(before);
      requireRoomForAudits(after);
      if (after !== before) await this.#replace(after);
      return after;
    });
  }

  #replace(history: CurveHistory): Promise<void> {
    return this.#store.save(history, () => this.#histories.set(history.rewardModel, history));
  }

  #discard(rewardModel: string, unreadable: UnreadableCurves): Promise<readonly number[]> {
    return this.#store.discard(rewardModel, unreadable, (history) => {
      this.#histories.set(rewardModel, history);
      this.#unreadable = this.#unreadable.filter((other) => other !== unreadable);
    });
  }

  /**
   * Found by its place in the store, or by its name where it lies in another one's
   * place and its own is empty.
   */
  #unreadableOf(rewardModel: string): UnreadableCurves | undefined {
    if (this.#unreadable.length === 0) return undefined;
    const key = storageKey(rewardModel);
    const own = this.#unreadable.find((unreadable) => unreadable.key === key);
    if (own !== undefined || this.#histories.has(rewardModel)) return own;
    return this.#unreadable.find((unreadable) => unreadable.rewardModel === rewardModel);
  }
}
