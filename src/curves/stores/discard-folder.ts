import { join } from 'node:path';
import { type CurveHistory, emptyHistory } from '../curve-history.js';
import type { Discarded } from './curve-store.js';
import { codeOf, type FileSystem } from './file-system.js';
import { CLEARED, HEAD, parseLoosely, versionFile, versionOf } from './head.js';
import { asError, clearedText, commit, finish, holds, writeFolder } from './write-folder.js';

/**
 * Gives up what a folder holds that cannot be trusted. Until its last step it can still not be trusted, so that a crash in
 * between does not make a version number free again.
 *
 * @param damaged the folder as found.
 * @param folder the reward model's own folder; another one only where the damaged one is misplaced.
 * @throws as the file system; the curves are then unreadable as before.
 */
export async function discardFolder(
  fs: FileSystem,
  damaged: string,
  folder: string,
  rewardModel: string,
): Promise<Discarded> {
  const names = await namesIn(fs, damaged);
  const numbers = [...new Set(names.flatMap((name) => versionOf(name) ?? []))].sort((a, b) => a - b);
  const nextVersion = Math.max(
    await nextIn(fs, damaged, HEAD),
    await nextIn(fs, damaged, CLEARED),
    1 + (numbers.at(-1) ?? 0),
  );
  const history = { ...emptyHistory(rewardModel), nextVersion };
  const unfinished =
    names.length > 0 && damaged === folder
      ? await clearFolder(fs, folder, names, history)
      : await replaceFolder(fs, damaged, folder, history);
  return { deleted: numbers, history, unfinished };
}

async function namesIn(fs: FileSystem, folder: string): Promise<string[]> {
  try {
    return await fs.readdir(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOTDIR' || codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

async function nextIn(fs: FileSystem, folder: string, file: string): Promise<number> {
  const [bytes] = await Promise.allSettled([fs.readFile(join(folder, file))]);
  return bytes.status === 'fulfilled' ? parseLoosely(bytes.value.toString()).nextVersion : 1;
}

/** Works on a full disk: by the head that lies ready, else in the room of the files that are given up. */
async function clearFolder(
  fs: FileSystem,
  folder: string,
  names: readonly string[],
  history: CurveHistory,
): Promise<readonly Error[]> {
  const text = clearedText(history);
  // A head may be anything, a folder even, which no rename replaces. Where the next one lies ready, it knows the number.
  if (await holds(fs, folder, CLEARED, text))
    await fs.rm(join(folder, HEAD), { recursive: true, force: true });
  else await makeRoom(fs, folder, names, history);
  await commit(fs, folder, text);
  return finish(fs, folder, history);
}

/** The highest number must not be lost to a crash: its file stays, empty, until a head says the same. */
async function makeRoom(
  fs: FileSystem,
  folder: string,
  names: readonly string[],
  { nextVersion }: CurveHistory,
): Promise<void> {
  const mark = versionFile(nextVersion - 1);
  if (nextVersion > 1) await emptyFile(fs, join(folder, mark));
  for (const name of names)
    if (name !== mark) await fs.rm(join(folder, name), { recursive: true, force: true });
}

async function emptyFile(fs: FileSystem, path: string): Promise<void> {
  try {
    await (await fs.open(path, 'w')).close();
  } catch (error) {
    // A folder of that name marks the number as well.
    if (codeOf(error) !== 'EISDIR') throw error;
  }
}

/** What is no folder, or lies in one that is not the reward model's, goes when the right one says so. */
async function replaceFolder(
  fs: FileSystem,
  damaged: string,
  folder: string,
  history: CurveHistory,
): Promise<readonly Error[]> {
  if (damaged === folder) await fs.rm(damaged, { recursive: true, force: true });
  const unfinished = await writeFolder(fs, folder, history);
  if (damaged === folder) return unfinished;
  try {
    await fs.rm(damaged, { recursive: true, force: true });
    return unfinished;
  } catch (error) {
    return [...unfinished, asError(error)];
  }
}
