import type { CurveStore } from './curve-store.js';
import { FileStore } from './file-store.js';
import { MemoryStore } from './memory-store.js';

/**
 * The store of a STORE_URL: `memory:` or `file:FOLDER` (relative to the working directory).
 *
 * @param lockWait seconds to wait for another process to let go of the folder.
 */
export function openStore(url: string, lockWait: number): CurveStore {
  if (url === 'memory:') return new MemoryStore();
  if (url.startsWith('file:'))
    return new FileStore(url.slice('file:'.length).replace(/^\/\/(?=\/)/, ''), { lockWait });
  throw new RangeError(`unknown store ${url}`);
}
