import { join } from 'node:path';
import pLimit from 'p-limit';
import type { CurveHistory } from '../curve-history.js';
import type { StoredCurves, UnreadableCurves } from './curve-store.js';
import type { FileSystem } from './file-system.js';
import { readFolder } from './read-folder.js';

/** Folders read at once: the process has a bound of open files, and its excess must not look like damage. */
const FOLDERS_AT_ONCE = 16;

/** Everything that a store's folder holds: one folder a reward model, named by its `storageKey`. */
export async function readStore(fs: FileSystem, folder: string): Promise<StoredCurves> {
  const keys = (await fs.readdir(folder)).filter((name) => /^[0-9a-f]{64}$/.test(name));
  const limit = pLimit(FOLDERS_AT_ONCE);
  const found = await Promise.all(keys.map((key) => limit(() => readFolder(fs, join(folder, key), key))));
  return { histories: found.filter(isHistory), unreadable: found.filter(isUnreadable) };
}

function isUnreadable(found: CurveHistory | UnreadableCurves | undefined): found is UnreadableCurves {
  return found !== undefined && 'reason' in found;
}

function isHistory(found: CurveHistory | UnreadableCurves | undefined): found is CurveHistory {
  return found !== undefined && !isUnreadable(found);
}
