import { constants } from 'node:fs';
import { join } from 'node:path';
import { type CurveHistory, emptyHistory } from '../curve-history.js';
import type { Discarded } from './curve-store.js';
import { ALL, type FileSystem } from './file-system.js';
import { CLEARED, HEAD, parseLoosely, versionFile, versionOf } from './head.js';
import { holds, lookAt, readStored } from './read-file.js';
import { asError, clearedText, commit, finish, writeFolder } from './write-folder.js';

/** Of a file that is there, and no link. */
const EMPTYING = constants.O_WRONLY | constants.O_TRUNC | constants.O_NOFOLLOW | constants.O_NONBLOCK;

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
    names.includes(HEAD) ? await nextIn(fs, damaged, HEAD) : 1,
    names.includes(CLEARED) ? await nextIn(fs, damaged, CLEARED) : 1,
    1 + (numbers.at(-1) ?? 0),
  );
  const history = { ...emptyHistory(rewardModel), nextVersion };
  const unfinished =
    names.length > 0 && damaged === folder
      ? await clearFolder(fs, folder, names, history)
      : await replaceFolder(fs, damaged, folder, history);
  return { deleted: numbers, history, unfinished };
}

/** None where it is no folder: what a link leads to is not given up with it. */
async function namesIn(fs: FileSystem, folder: string): Promise<string[]> {
  const found = await lookAt(fs, folder);
  return found?.isDirectory() ? await fs.readdir(folder) : [];
}

async function nextIn(fs: FileSystem, folder: string, file: string): Promise<number> {
  const [bytes] = await Promise.allSettled([readStored(fs, folder, file)]);
  return bytes.status === 'fulfilled' && bytes.value ? parseLoosely(bytes.value.toString()).nextVersion : 1;
}

/** Works on a full disk: by the head that lies ready, else in the room of the files that are given up. */
async function clearFolder(
  fs: FileSystem,
  folder: string,
  names: readonly string[],
  history: CurveHistory,
): Promise<readonly Error[]> {
  const text = clearedText(history);
  // Where the next head lies ready, it knows the number.
  if (!(await holds(fs, folder, CLEARED, text))) await makeRoom(fs, folder, names, history);
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
  for (const name of names) if (name !== mark) await fs.rm(join(folder, name), ALL);
}

/** Anything of that name marks the number. Only what is a file, and has no other name elsewhere, may be emptied. */
async function emptyFile(fs: FileSystem, path: string): Promise<void> {
  const found = await lookAt(fs, path);
  if (found === undefined) await (await fs.open(path, 'wx')).close();
  else if (found.isFile() && found.nlink === 1) await (await fs.open(path, EMPTYING)).close();
}

/** What is no folder, or lies in one that is not the reward model's, goes when the right one says so. */
async function replaceFolder(
  fs: FileSystem,
  damaged: string,
  folder: string,
  history: CurveHistory,
): Promise<readonly Error[]> {
  if (damaged === folder) await fs.rm(damaged, ALL);
  const known = { nextVersion: history.nextVersion, checksums: new Map<number, string>() };
  const { unfinished } = await writeFolder(fs, folder, history, known);
  if (damaged === folder) return unfinished;
  try {
    await fs.rm(damaged, ALL);
    return unfinished;
  } catch (error) {
    return [...unfinished, asError(error)];
  }
}
