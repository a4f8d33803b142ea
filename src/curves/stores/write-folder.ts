import { join } from 'node:path';
import { toDocument } from '../curve-document.js';
import { type CurveHistory, cleared, emptyHistory } from '../curve-history.js';
import { codeOf, type FileSystem, readIfThere, replaceFile, syncFolder, TEMPORARY } from './file-system.js';
import { CLEARED, checksum, HEAD, type Head, headText, parseHead, versionFile } from './head.js';

const NO_CHECKSUMS: ReadonlyMap<number, string> = new Map();

/** The head that deleting everything would write. */
export function clearedText(history: CurveHistory): string {
  return headText(cleared(history), NO_CHECKSUMS);
}

/**
 * Makes a history what its folder holds. Everything up to the rename of the head changes nothing that counts, whatever fails;
 * after it the history is stored, and what fails then is left to the next save.
 *
 * @returns what failed after the history was stored.
 * @throws as the file system, with nothing changed; Damage for a head that cannot be read any more.
 */
export async function writeFolder(
  fs: FileSystem,
  folder: string,
  history: CurveHistory,
): Promise<readonly Error[]> {
  const before = (await readHead(fs, folder)) ?? (await begin(fs, folder, history.rewardModel));
  const checksums = await writeVersions(fs, folder, history, before);
  await prepareClearing(fs, folder, history);
  // The head must not name what a power failure takes back.
  await syncFolder(fs, folder);
  await commit(fs, folder, headText(history, checksums));
  return finish(fs, folder, history);
}

async function readHead(fs: FileSystem, folder: string): Promise<Head | undefined> {
  const bytes = await readIfThere(fs, join(folder, HEAD));
  return bytes && parseHead(bytes.toString());
}

/** The folder of a reward model that has none. Its first file is a head without versions: none is ever without a head. */
async function begin(fs: FileSystem, folder: string, rewardModel: string): Promise<Head> {
  try {
    await fs.mkdir(folder);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
  await syncFolder(fs, join(folder, '..'));
  const empty = headText(emptyHistory(rewardModel), NO_CHECKSUMS);
  await replaceFile(fs, folder, HEAD, empty);
  await syncFolder(fs, folder);
  return parseHead(empty);
}

/** Writes the versions that the head does not count yet, whatever an earlier save left in their place. */
async function writeVersions(
  fs: FileSystem,
  folder: string,
  history: CurveHistory,
  before: Head,
): Promise<ReadonlyMap<number, string>> {
  const counted = new Map(before.versions.map(({ version, sha256 }) => [version, sha256]));
  const checksums = new Map<number, string>();
  for (const curve of history.versions) {
    const known = counted.get(curve.version);
    const text = known === undefined ? JSON.stringify(toDocument(curve)) : '';
    if (known === undefined) await replaceFile(fs, folder, versionFile(curve.version), text);
    checksums.set(curve.version, known ?? checksum(text));
  }
  return checksums;
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
    if (await holds(fs, folder, CLEARED, text)) await fs.rename(join(folder, CLEARED), join(folder, HEAD));
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
    if (codeOf(error) !== 'ENOSPC') throw error;
    await fs.rm(join(folder, CLEARED), { force: true });
    await replaceFile(fs, folder, HEAD, text);
  }
}

export async function holds(fs: FileSystem, folder: string, file: string, text: string): Promise<boolean> {
  return (await readIfThere(fs, join(folder, file)))?.toString() === text;
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
    if (!kept.has(name) && isOurs(name)) await fs.rm(join(folder, name), { recursive: true, force: true });
  }
}

/** Files of the store, whole or torn; an operator's own are nobody's leftovers. */
function isOurs(name: string): boolean {
  return /^(?:version-\d+|head|cleared)\.json(?:\.tmp|\.\d+)?$/.test(name) || name.endsWith(TEMPORARY);
}

export function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
