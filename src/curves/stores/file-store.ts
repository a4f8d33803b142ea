import { randomUUID } from 'node:crypto';
import { dirname, join, resolve } from 'node:path';
import { auditBytes } from '../audit-room.js';
import { toDocument } from '../curve-document.js';
import type { CurveHistory, VersionedCurve } from '../curve-history.js';
import { storageKey } from '../storage-key.js';
import type { CurveStore, Discarded, StoredCurves, UnreadableCurves } from './curve-store.js';
import { discardFolder } from './discard-folder.js';
import {
  codeOf,
  type FileSystem,
  isFull,
  makeFolder,
  NODE_FILE_SYSTEM,
  syncFolder,
  TEMPORARY,
  writeSynced,
} from './file-system.js';
import { FolderLock } from './folder-lock.js';
import type { KnownFolder } from './known-folder.js';
import { readStore } from './read-store.js';
import { prepareClearing, writeFolder } from './write-folder.js';

/** More than a head without audits takes. */
const PROBE_BYTES = 4_096;

/** How a file store is opened. */
export interface FileStoreOptions {
  /** Seconds to wait for another process to let go of the folder. */
  readonly lockWait?: number;
  readonly fs?: FileSystem;
}

/**
 * Curves in a folder that belongs to one process at a time: one folder per reward model (SHA-256 of its
 * name), one file per version, and `head.json`, which lists the versions that count and their checksums. A
 * save writes the new versions first and the head last, each as a temporary file, fsync, rename. A later save
 * removes the files that no head names.
 */
export class FileStore implements CurveStore {
  readonly #folder: string;
  readonly #lockWait: number;
  readonly #fs: FileSystem;
  #lock: FolderLock | undefined;
  /** By `storageKey`. */
  readonly #known = new Map<string, KnownFolder>();
  /**
   * After a failed save: as many bytes as it would have written, since a nearly full disk still takes fewer.
   */
  #probeBytes = PROBE_BYTES;

  constructor(folder: string, { lockWait = 0, fs = NODE_FILE_SYSTEM }: FileStoreOptions = {}) {
    this.#folder = resolve(folder);
    this.#lockWait = lockWait;
    this.#fs = fs;
  }

  async open(): Promise<StoredCurves> {
    await this.#checkWritable();
    this.#lock = await FolderLock.acquire(this.#folder, this.#lockWait);
    const { histories, unreadable, known } = await readStore(this.#fs, this.#folder);
    this.#known.clear();
    for (const [key, folder] of known) this.#known.set(key, folder);
    // Stores of older versions have no prepared head for a full disk. If writing it fails now,
    // the next save writes it.
    await Promise.allSettled(
      histories.map((history) => prepareClearing(this.#fs, this.#folderOf(history.rewardModel), history)),
    );
    return { histories, unreadable };
  }

  async save(history: CurveHistory): Promise<readonly Error[]> {
    await this.#checkOwned();
    this.#probeBytes = PROBE_BYTES + auditBytes(history) + sizeOf(history.versions.at(-1));
    const key = storageKey(history.rewardModel);
    const before = this.#known.get(key);
    const { known, unfinished } = await writeFolder(this.#fs, join(this.#folder, key), history, before);
    this.#known.set(key, known);
    this.#probeBytes = PROBE_BYTES;
    return unfinished;
  }

  async discard(rewardModel: string, { key }: UnreadableCurves): Promise<Discarded> {
    await this.#checkOwned();
    const damaged = join(this.#folder, key);
    const discarded = await discardFolder(this.#fs, damaged, this.#folderOf(rewardModel), rewardModel);
    const { nextVersion } = discarded.history;
    this.#known.set(storageKey(rewardModel), { nextVersion, checksums: new Map() });
    return discarded;
  }

  async probe(): Promise<void> {
    await this.#checkOwned();
    await this.#tryWriting();
  }

  async close(): Promise<void> {
    await this.#lock?.release();
    this.#lock = undefined;
  }

  #folderOf(rewardModel: string): string {
    return join(this.#folder, storageKey(rewardModel));
  }

  async #checkOwned(): Promise<void> {
    if (this.#lock === undefined) throw new Error(`the folder ${this.#folder} is not open`);
    await this.#lock.check();
  }

  async #checkWritable(): Promise<void> {
    try {
      await this.#make();
      await this.#tryWriting();
    } catch (error) {
      // A full disk recovers, and its curves can be read: the service starts, and reports
      // that it takes no changes.
      if (isFull(error)) return;
      const code = codeOf(error) ?? String(error);
      throw new Error(`STORE_URL: the folder ${this.#folder} cannot be written (${code})`);
    }
  }

  /** A new folder survives a power failure only once its parent is synced. */
  async #make(): Promise<void> {
    const first = await makeFolder(this.#fs, this.#folder);
    if (first === undefined) return;
    for (let made = this.#folder; made.length >= first.length; made = dirname(made))
      await syncFolder(this.#fs, dirname(made));
  }

  async #tryWriting(): Promise<void> {
    const path = join(this.#folder, `probe-${randomUUID().slice(0, 8)}${TEMPORARY}`);
    try {
      await writeSynced(this.#fs, path, ' '.repeat(this.#probeBytes));
    } finally {
      await this.#fs.rm(path, { force: true });
    }
  }
}

function sizeOf(curve: VersionedCurve | undefined): number {
  return curve === undefined ? 0 : JSON.stringify(toDocument(curve)).length;
}
