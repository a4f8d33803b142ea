import { join } from 'node:path';
import { toDocument } from '../curve-document.js';
import { type CurveHistory, cleared, emptyHistory } from '../curve-history.js';
import { Damage } from './damage.js';
import {
  ALL,
  type FileSystem,
  isFull,
  putInPlace,
  replaceFile,
  syncFolder,
  TEMPORARY,
} from './file-system.js';
import { CLEARED, checksum, HEAD, headText, isVersion, versionFile } from './head.js';
import type { KnownFolder } from './known-folder.js';
import { holds, lookAt, readStored } from './read-file.js';

const NO_CHECKSUMS: ReadonlyMap<number, string> = new Map();

/** The head that deleting everything would write. */
export function clearedText(history: CurveHistory): string {
  return headText(cleared(history), NO_CHECKSUMS);
}

/** What became of a save. */
export interface Written {
  readonly known: KnownFolder;
  /** What went wrong without keeping the history from being stored. */
  readonly unfinished: readonly Error[];
}

/**
 * Makes a history what its folder holds, whatever lies there: what is not as this process knows it is written again. Everything up to the
 * rename of the head changes nothing that counts, whatever fails; after it the history is stored, and what fails then is left
 * to the next save.
 *
 * @param known undefined where this process has neither read nor written anything of the reward model.
 * @throws as the file system, with nothing changed; Damage where curves came there that this process does not know.
 */
export async function writeFolder(
  fs: FileSystem,
  folder: string,
  history: CurveHistory,
  known: KnownFolder | undefined,
): Promise<Written> {
  const { rewardModel, nextVersion } = history;
  await makeFolder(fs, folder, known);
  await makeFirstHead(fs, folder, rewardModel, known);
  const { checksums, repairs } = await writeVersions(fs, folder, history, known);
  await prepareClearing(fs, folder, history);
  // The head must not name what a power failure takes back.
  await syncFolder(fs, folder);
  await commit(fs, folder, headText(history, checksums));
  const unfinished = [...repairs, ...(await finish(fs, folder, history))];
  return { known: { nextVersion, checksums }, unfinished };
}

/** What took the place of a folder that this process knows is removed; what else stands in the way is somebody's, and refuses the save. */
async function makeFolder(fs: FileSystem, folder: string, known: KnownFolder | undefined): Promise<void> {
  const found = await lookAt(fs, folder);
  if (found?.isDirectory()) return;
  if (found !== undefined && known !== undefined) await fs.rm(folder, ALL);
  await fs.mkdir(folder);
}

/**
 * The first file of a folder is a head without versions: no version is ever without a head.
 *
 * @throws Damage for a head that is neither known nor one of these.
 */
async function makeFirstHead(
  fs: FileSystem,
  folder: string,
  rewardModel: string,
  known: KnownFolder | undefined,
): Promise<void> {
  const nextVersion = known?.nextVersion ?? 1;
  const empty = headText({ ...emptyHistory(rewardModel), nextVersion }, NO_CHECKSUMS);
  if (!(await hasCurves(fs, folder))) {
    await syncFolder(fs, join(folder, '..'));
    await replaceFile(fs, folder, HEAD, empty);
    await syncFolder(fs, folder);
  } else if (known === undefined && !(await holds(fs, folder, HEAD, empty))) {
    throw new Damage(HEAD, 'was put there after this process started: restart it to read these curves');
  }
}

async function hasCurves(fs: FileSystem, folder: string): Promise<boolean> {
  if ((await lookAt(fs, join(folder, HEAD))) !== undefined) return true;
  return (await fs.readdir(folder)).some((name) => name === CLEARED || isVersion(name));
}

/** Writes the versions whose files are not what this process knows them to be, the new ones among them. */
async function writeVersions(
  fs: FileSystem,
  folder: string,
  history: CurveHistory,
  known: KnownFolder | undefined,
): Promise<{ checksums: ReadonlyMap<number, string>; repairs: readonly Error[] }> {
  const checksums = new Map<number, string>();
  const repairs: Error[] = [];
  for (const curve of history.versions) {
    const file = versionFile(curve.version);
    const expected = known?.checksums.get(curve.version);
    if (expected !== undefined && (await isStored(fs, folder, file, expected))) {
      checksums.set(curve.version, expected);
      continue;
    }
    const text = JSON.stringify(toDocument(curve));
    await replaceFile(fs, folder, file, text);
    checksums.set(curve.version, checksum(text));
    if (expected !== undefined)
      repairs.push(new Error(`${join(folder, file)} was not what was stored: written again`));
  }
  return { checksums, repairs };
}

/** @throws as the file system, where it cannot be known. */
async function isStored(fs: FileSystem, folder: string, file: string, expected: string): Promise<boolean> {
  try {
    const bytes = await readStored(fs, folder, file);
    return bytes !== undefined && checksum(bytes) === expected;
  } catch (error) {
    if (error instanceof Damage) return false;
    throw error;
  }
}

/** Deleting must work on a full disk, where nothing can be written: its head lies ready from the save before. */
export async function prepareClearing(fs: FileSystem, folder: string, history: CurveHistory): Promise<void> {
  const text = clearedText(history);
  if (history.versions.length > 0 && !(await holds(fs, folder, CLEARED, text)))
    await replaceFile(fs, folder, CLEARED, text);
}

/** Puts the head in place. A rename that was done but reported as failed (a network file system, say) counts as done. */
export async function commit(fs: FileSystem, folder: string, text: string): Promise<void> {
  try {
    if (await holds(fs, folder, CLEARED, text))
      await putInPlace(fs, join(folder, CLEARED), join(folder, HEAD));
    else await replaceHead(fs, folder, text);
  } catch (error) {
    if (!(await holds(fs, folder, HEAD, text))) throw error;
  }
}

/** On a full disk the room of the head that lies ready is enough for a rollback, or for deleting one version. */
async function replaceHead(fs: FileSystem, folder: string, text: string): Promise<void> {
  try {
    await replaceFile(fs, folder, HEAD, text);
  } catch (error) {
    if (!isFull(error)) throw error;
    await fs.rm(join(folder, CLEARED), ALL);
    await replaceFile(fs, folder, HEAD, text);
  }
}

/** What may be done later, too. Files that the old head counts stay until the new one is sure to survive. */
export async function finish(
  fs: FileSystem,
  folder: string,
  history: CurveHistory,
): Promise<readonly Error[]> {
  try {
    await syncFolder(fs, folder);
    await removeLeftovers(fs, folder, history);
    await prepareClearing(fs, folder, history);
    return [];
  } catch (error) {
    return [asError(error)];
  }
}

async function removeLeftovers(fs: FileSystem, folder: string, history: CurveHistory): Promise<void> {
  const kept = new Set([HEAD, ...history.versions.map(({ version }) => versionFile(version))]);
  if (history.versions.length > 0) kept.add(CLEARED);
  for (const name of await fs.readdir(folder)) {
    if (!kept.has(name) && isOurs(name)) await fs.rm(join(folder, name), ALL);
  }
}

/** Files of the store, whole or torn; an operator's own are nobody's leftovers. */
function isOurs(name: string): boolean {
  return /^(?:version-\d+|head|cleared)\.json(?:\.tmp|\.\d+)?$/.test(name) || name.endsWith(TEMPORARY);
}

export function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
