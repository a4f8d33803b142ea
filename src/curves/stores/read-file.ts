import { constants, type Stats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { MAX_DOCUMENT_BYTES } from '../document-schema.js';
import { Damage } from './damage.js';
import { codeOf, type FileSystem } from './file-system.js';

/**
 * Neither follows a link nor waits for a writer. A flag that the system lacks is
 * undefined, which adds nothing.
 */
const READ_ONLY = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * The bytes of a file of the store, or undefined where there is none. The store reads files only through this
 * function: it opens only regular files (a FIFO would block forever, a device has no end, a link leads
 * elsewhere), and reads no more than the store writes.
 *
 * @param most bytes that the file may have.
 * @throws Damage for anything but a file, or for a larger one; as the file system.
 */
export async function readStored(
  fs: FileSystem,
  folder: string,
  file: string,
  most: number = MAX_DOCUMENT_BYTES,
): Promise<Buffer | undefined> {
  const path = join(folder, file);
  const found = await lookAt(fs, path);
  if (found === undefined) return undefined;
  requireFile(file, found, most);
  const handle = await fs.open(path, READ_ONLY);
  try {
    // The file may have been replaced since.
    const opened = await handle.stat();
    requireFile(file, opened, most);
    return await readAll(handle, opened.size);
  } finally {
    await handle.close();
  }
}

/** Whether a file of the store holds exactly this text; false where it cannot be read. */
export async function holds(fs: FileSystem, folder: string, file: string, text: string): Promise<boolean> {
  const [bytes] = await Promise.allSettled([readStored(fs, folder, file, Buffer.byteLength(text))]);
  return bytes.status === 'fulfilled' && bytes.value?.toString() === text;
}

/**
 * Whether a file of the store holds this text, and behind it spaces that make it at least `least` bytes
 * long; false where it cannot be read.
 */
export async function holdsPadded(
  fs: FileSystem,
  folder: string,
  file: string,
  text: string,
  least = 0,
): Promise<boolean> {
  const [bytes] = await Promise.allSettled([readStored(fs, folder, file)]);
  if (bytes.status === 'rejected' || bytes.value === undefined) return false;
  return bytes.value.length >= least && bytes.value.toString().trimEnd() === text;
}

/** What lies at a path, links not followed; undefined where nothing does. */
export async function lookAt(fs: FileSystem, path: string): Promise<Stats | undefined> {
  try {
    return await fs.lstat(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** In words: `a file`, `a folder`, … */
export function kindOf(stats: Stats): string {
  if (stats.isFile()) return 'a file';
  if (stats.isDirectory()) return 'a folder';
  if (stats.isSymbolicLink()) return 'a symbolic link';
  if (stats.isFIFO()) return 'a FIFO';
  return stats.isSocket() ? 'a socket' : 'a device';
}

function requireFile(file: string, stats: Stats, most: number): void {
  if (!stats.isFile()) throw new Damage(file, `is ${kindOf(stats)}, not a file`);
  if (stats.size > most)
    throw new Damage(file, `has ${stats.size} bytes, more than this service writes (${most})`);
}

async function readAll(handle: FileHandle, size: number): Promise<Buffer> {
  const bytes = Buffer.alloc(size);
  let length = 0;
  while (length < size) {
    const { bytesRead } = await handle.read(bytes, length, size - length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return bytes.subarray(0, length);
}
