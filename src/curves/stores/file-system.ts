import { constants, type Stats } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** What the file store does to files: `node:fs/promises`, or in tests one that fails at a chosen step. */
export interface FileSystem {
  readonly lstat: (path: string) => Promise<Stats>;
  readonly mkdir: typeof mkdir;
  readonly open: typeof open;
  readonly readdir: typeof readdir;
  readonly rename: typeof rename;
  readonly rm: typeof rm;
}

export const NODE_FILE_SYSTEM: FileSystem = { lstat, mkdir, open, readdir, rename, rm };

/** Anything, or nothing, may lie at the path. Links within are removed, not followed. */
export const ALL = { recursive: true, force: true } as const;

/** Opening anything else fails at once; opening a FIFO would block forever. */
const FOLDER = constants.O_RDONLY | constants.O_DIRECTORY;

/** The suffix of a file until it is whole. */
export const TEMPORARY = '.tmp';

/**
 * Makes a folder, and those above it that are not there.
 *
 * `recursive` of Node's mkdir is not used: where a parent is there and a folder in it can never be (`/proc`),
 * Node 20 to 24 try again without an end.
 *
 * @returns the highest folder that was made, if any was.
 */
export async function makeFolder(fs: FileSystem, folder: string): Promise<string | undefined> {
  try {
    return await makeOne(fs, folder);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' || dirname(folder) === folder) throw error;
  }
  const above = await makeFolder(fs, dirname(folder));
  const made = await makeOne(fs, folder);
  return above ?? made;
}

/** Something that is there already may be no folder: what is written into it says so. */
async function makeOne(fs: FileSystem, folder: string): Promise<string | undefined> {
  try {
    await fs.mkdir(folder);
    return folder;
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    return undefined;
  }
}

/**
 * Gives a file a new text: temporary file, fsync, rename. If this throws, the file is as it was. The rename
 * itself is durable once the folder is synced, too.
 */
export async function replaceFile(fs: FileSystem, folder: string, name: string, text: string): Promise<void> {
  const temporary = join(folder, name + TEMPORARY);
  try {
    await writeSynced(fs, temporary, text);
    await putInPlace(fs, temporary, join(folder, name));
  } catch (error) {
    // A torn file must not keep the last room of a full disk. A failure to remove it matters
    // less than the first error.
    await Promise.allSettled([fs.rm(temporary, ALL)]);
    throw error;
  }
}

/** Renames a file over anything at the path; a folder is removed first, since no rename replaces it. */
export async function putInPlace(fs: FileSystem, from: string, to: string): Promise<void> {
  try {
    await fs.rename(from, to);
  } catch (error) {
    if (codeOf(error) !== 'EISDIR') throw error;
    await fs.rm(to, ALL);
    await fs.rename(from, to);
  }
}

/** Writes a new file, whole or torn, and waits until it is on the disk. */
export async function writeSynced(fs: FileSystem, path: string, text: string): Promise<void> {
  const handle = await create(fs, path);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Never opens an existing file: a link leads elsewhere, and a file with a second name belongs to both. */
async function create(fs: FileSystem, path: string): Promise<FileHandle> {
  try {
    return await fs.open(path, 'wx');
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    await fs.rm(path, ALL);
    return await fs.open(path, 'wx');
  }
}

/** Makes the names within a folder durable. */
export async function syncFolder(fs: FileSystem, folder: string): Promise<void> {
  const handle = await fs.open(folder, FOLDER);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** `ENOSPC`, `EIO` and the like; undefined for errors that are not the system's. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

/** Whether there is no room: of the disk, of its files, or of a quota. */
export function isFull(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT'].includes(codeOf(error) ?? '');
}
