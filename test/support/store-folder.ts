import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { CurveHistory } from '../../src/curves/curve-history.js';
import { CurveRegistry } from '../../src/curves/registry.js';
import { storageKey } from '../../src/curves/storage-key.js';
import { FileStore } from '../../src/curves/stores/file-store.js';
import type { FileSystem } from '../../src/curves/stores/file-system.js';
import { temporaryFolder, UNOBSERVED } from './curves.js';

/** A store's folder as it lies on the disk between two processes, for one reward model above all. */
export interface StoreFolder {
  readonly folder: string;
  /** The folder of the reward model. */
  readonly own: string;
  readonly inOwn: (file: string) => string;
  /** Saves histories and lets go of the folder. */
  readonly save: (...histories: CurveHistory[]) => Promise<void>;
  /** What a restart would show. */
  readonly load: () => ReturnType<FileStore['open']>;
  /** A registry as the service has it, three versions kept; closed with the test. */
  readonly openRegistry: (fs?: FileSystem) => Promise<CurveRegistry>;
}

/** A new folder that is gone when the test ends. */
export async function makeStoreFolder(rewardModel: string): Promise<StoreFolder> {
  const folder = await temporaryFolder();
  const own = join(folder, storageKey(rewardModel));
  return {
    folder,
    own,
    inOwn: (file) => join(own, file),
    save: (...histories) => save(folder, histories),
    load: () => load(folder),
    openRegistry: (fs) => openRegistry(folder, fs),
  };
}

async function save(folder: string, histories: readonly CurveHistory[]): Promise<void> {
  const store = new FileStore(folder);
  await store.open();
  for (const history of histories) await store.save(history);
  await store.close();
}

async function load(folder: string): ReturnType<FileStore['open']> {
  const store = new FileStore(folder);
  const stored = await store.open();
  await store.close();
  return stored;
}

async function openRegistry(folder: string, fs: FileSystem | undefined): Promise<CurveRegistry> {
  const limits = { maxRewardModels: 9, keepVersions: 3 };
  const registry = await CurveRegistry.open(new FileStore(folder, fs && { fs }), limits, UNOBSERVED);
  onTestFinished(() => registry.close());
  return registry;
}
