import { constants } from 'node:fs';
import { join } from 'node:path';
import { type CurveHistory, emptyHistory } from '../curve-history.js';
import type { Discarded } from './curve-store.js';
import { ALL, type FileSystem } from './file-system.js';
import { CLEARED, HEAD, parseLoosely, versionFile, versionOf } from './head.js';
import { holdsPadded, lookAt, readStored } from './read-file.js';
import { asError, clearedText, commit, finish, writeFolder } from './write-folder.js';

/** For an existing file that is no link. */
const EMPTYING = constants.O_WRONLY | constants.O_TRUNC | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * Gives up the untrusted contents of a folder. The folder stays untrusted until the last step, so that a
 * crash in between does not free a version number.
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

/** Empty where it is no folder: the target of a link is not given up with it. */
async function namesIn(fs: FileSystem, folder: string): Promise<string[]> {
  const found = await lookAt(fs, folder);
  return found?.isDirectory() ? await fs.readdir(folder) : [];
}

async function nextIn(fs: FileSystem, folder: string, file: string): Promise<number> {
  const [bytes] = await Promise.allSettled([readStored(fs, folder, file)]);
  return bytes.status === 'fulfilled' && bytes.value ? parseLoosely(bytes.value.toString()).nextVersion : 1;
}

/** Works on a full disk: with the prepared head, else in the room of the files that are given up. */
async function clearFolder(
  fs: FileSystem,
  folder: string,
  names: readonly string[],
  history: CurveHistory,
): Promise<readonly Error[]> {
  const text = clearedText(history);
  // Where the next head is prepared, it holds the number.
  if (!(await holdsPadded(fs, folder, CLEARED, text))) await makeRoom(fs, folder, names, history);
  await commit(fs, folder, text);
  return finish(fs, folder, history);
}

/** The highest number must survive a crash: its file stays, empty, until a head holds the number. */
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

/** Anything of that name marks the number. Only a file without another name elsewhere may be emptied. */
async function emptyFile(fs: FileSystem, path: string): Promise<void> {
  const found = await lookAt(fs, path);
  if (found === undefined) await (await fs.open(path, 'wx')).close();
  else if (found.isFile() && found.nlink === 1) await (await fs.open(path, EMPTYING)).close();
}

/** Removes what is no folder, or lies in another one's place, once the right folder holds the history. */
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
