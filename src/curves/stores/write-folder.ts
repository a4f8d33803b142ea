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
import { holds, holdsPadded, lookAt, readStored } from './read-file.js';

/** A rollback may name a current version of more digits. */
const SLACK = 16;

const NO_CHECKSUMS: ReadonlyMap<number, string> = new Map();

/** The head of a cleared history. */
export function clearedText(history: CurveHistory): string {
  return headText(cleared(history), NO_CHECKSUMS);
}

/** The outcome of a save. */
export interface Written {
  readonly known: KnownFolder;
  /** Errors that did not keep the history from being stored. */
  readonly unfinished: readonly Error[];
}

/**
 * Writes a history to its folder, whatever lies there: files that differ from what this process knows are
 * written again. Until the head is renamed, a failure changes nothing that counts. After that the history is
 * stored, and the next save repeats what failed.
 *
 * @param known undefined where this process has neither read nor written anything of the reward model.
 * @throws as the file system, with nothing changed; Damage for curves there that this process does not know.
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
  // The head must not name files that a power failure removes.
  await syncFolder(fs, folder);
  await commit(fs, folder, headText(history, checksums));
  const unfinished = [...repairs, ...(await finish(fs, folder, history))];
  return { known: { nextVersion, checksums }, unfinished };
}

/** Makes the folder. What took the place of a known one is removed; what else is in the way fails it. */
async function makeFolder(fs: FileSystem, folder: string, known: KnownFolder | undefined): Promise<void> {
  const found = await lookAt(fs, folder);
  if (found?.isDirectory()) return;
  if (found !== undefined && known !== undefined) await fs.rm(folder, ALL);
  await fs.mkdir(folder);
}

/**
 * The first file of a folder is a head without versions, so that no version is ever without a head.
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

/** Writes the versions whose files differ from what this process knows, including the new ones. */
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

/** @throws as the file system, where the file cannot be checked. */
async function isStored(fs: FileSystem, folder: string, file: string, expected: string): Promise<boolean> {
  try {
    const bytes = await readStored(fs, folder, file);
    return bytes !== undefined && checksum(bytes) === expected;
  } catch (error) {
    if (error instanceof Damage) return false;
    throw error;
  }
}

/**
 * Deleting must work on a full disk, which takes no new file: a save prepares the head for it. Spaces behind
 * it make it as large as the head, whose audits may take more than a block: its room is enough for another
 * head (see {@link commit}).
 */
export async function prepareClearing(fs: FileSystem, folder: string, history: CurveHistory): Promise<void> {
  const text = clearedText(history);
  const room = headBytes(history);
  if (history.versions.length === 0 || (await holdsPadded(fs, folder, CLEARED, text, room))) return;
  const padding = ' '.repeat(Math.max(0, room + SLACK - Buffer.byteLength(text)));
  await replaceFile(fs, folder, CLEARED, text + padding);
}

function headBytes(history: CurveHistory): number {
  const checksums = new Map(history.versions.map(({ version }) => [version, checksum('')]));
  return Buffer.byteLength(headText(history, checksums));
}

/**
 * Puts the head in place. A rename that happened but is reported as failed (network file
 * systems) counts as done.
 */
export async function commit(fs: FileSystem, folder: string, text: string): Promise<void> {
  try {
    if (await holdsPadded(fs, folder, CLEARED, text))
      await putInPlace(fs, join(folder, CLEARED), join(folder, HEAD));
    else await replaceHead(fs, folder, text);
  } catch (error) {
    if (!(await holdsPadded(fs, folder, HEAD, text))) throw error;
  }
}

/** On a full disk the room of the prepared head is enough for a rollback, or for deleting one version. */
async function replaceHead(fs: FileSystem, folder: string, text: string): Promise<void> {
  try {
    await replaceFile(fs, folder, HEAD, text);
  } catch (error) {
    if (!isFull(error)) throw error;
    await fs.rm(join(folder, CLEARED), ALL);
    await replaceFile(fs, folder, HEAD, text);
  }
}

/** Steps that may also run later. Files of the old head stay until the new one is sure to survive. */
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

/** Files of the store, finished or temporary; an operator's own files are never removed. */
function isOurs(name: string): boolean {
  return /^(?:version-\d+|head|cleared)\.json(?:\.tmp|\.\d+)?$/.test(name) || name.endsWith(TEMPORARY);
}

export function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
