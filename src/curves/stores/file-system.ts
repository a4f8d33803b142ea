import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** What the file store does to files: `node:fs/promises`, or in tests one that fails at a chosen step. */
export interface FileSystem {
  readonly mkdir: typeof mkdir;
  readonly open: typeof open;
  readonly readdir: typeof readdir;
  readonly readFile: typeof readFile;
  readonly rename: typeof rename;
  readonly rm: typeof rm;
  readonly stat: typeof stat;
}

export const NODE_FILE_SYSTEM: FileSystem = { mkdir, open, readdir, readFile, rename, rm, stat };

/** What a file is called until it is whole. */
export const TEMPORARY = '.tmp';

/**
 * Gives a file a new text: temporary file, fsync, rename. If this throws, the file is as it was. The rename itself is
 * durable once the folder is synced, too.
 */
export async function replaceFile(fs: FileSystem, folder: string, name: string, text: string): Promise<void> {
  const temporary = join(folder, name + TEMPORARY);
  try {
    await writeSynced(fs, temporary, text);
    await fs.rename(temporary, join(folder, name));
  } catch (error) {
    // A torn file must not hold the last of a full disk. That it cannot be removed either is the lesser news.
    await Promise.allSettled([fs.rm(temporary, { force: true })]);
    throw error;
  }
}

/** Writes a file, whole or torn, and waits until it is on the disk. */
export async function writeSynced(fs: FileSystem, path: string, text: string): Promise<void> {
  const handle = await fs.open(path, 'w');
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes the names within a folder durable. */
export async function syncFolder(fs: FileSystem, folder: string): Promise<void> {
  const handle = await fs.open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The bytes of a file, or undefined where there is none. */
export async function readIfThere(fs: FileSystem, path: string): Promise<Buffer | undefined> {
  try {
    return await fs.readFile(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** `ENOSPC`, `EIO` and the like; undefined for errors that are none of the system's. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
