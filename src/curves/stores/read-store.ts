import { join } from 'node:path';
import pLimit from 'p-limit';
import { storageKey } from '../storage-key.js';
import type { StoredCurves, UnreadableCurves } from './curve-store.js';
import type { FileSystem } from './file-system.js';
import type { KnownFolder } from './known-folder.js';
import { readFolder, type TrustedCurves } from './read-folder.js';

/** Folders read at once: the process has a bound of open files, and its excess must not look like damage. */
const FOLDERS_AT_ONCE = 16;

/** What a store's folder holds, and by `storageKey` what the files of the curves are that can be trusted. */
export interface ReadStore extends StoredCurves {
  readonly known: ReadonlyMap<string, KnownFolder>;
}

/** Everything that a store's folder holds: one folder a reward model, named by its `storageKey`. */
export async function readStore(fs: FileSystem, folder: string): Promise<ReadStore> {
  const keys = (await fs.readdir(folder)).filter((name) => /^[0-9a-f]{64}$/.test(name));
  const limit = pLimit(FOLDERS_AT_ONCE);
  const found = await Promise.all(keys.map((key) => limit(() => readFolder(fs, join(folder, key), key))));
  const trusted = found.filter(isTrusted);
  return {
    histories: trusted.map(({ history }) => history),
    unreadable: found.filter(isUnreadable),
    known: new Map(trusted.map(({ history, known }) => [storageKey(history.rewardModel), known])),
  };
}

type Found = TrustedCurves | UnreadableCurves | undefined;

function isUnreadable(found: Found): found is UnreadableCurves {
  return found !== undefined && 'reason' in found;
}

function isTrusted(found: Found): found is TrustedCurves {
  return found !== undefined && 'history' in found;
}
