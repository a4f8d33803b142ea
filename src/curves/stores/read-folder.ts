import { join } from 'node:path';
import { fromDocument } from '../curve-document.js';
import type { CurveHistory, VersionedCurve } from '../curve-history.js';
import { isCurveDocument } from '../document-check.js';
import { type CurveDocument, curveDocument, DOCUMENT_SCHEMA_VERSION } from '../document-schema.js';
import { storageKey } from '../storage-key.js';
import type { UnreadableCurves } from './curve-store.js';
import { Damage } from './damage.js';
import { codeOf, type FileSystem } from './file-system.js';
import {
  CLEARED,
  type CountedVersion,
  checksum,
  describeIssue,
  HEAD,
  type Head,
  isVersion,
  parseHead,
  parseJson,
  parseLoosely,
  refuseNewer,
  strangeAudit,
  versionFile,
  versionOf,
} from './head.js';
import type { KnownFolder } from './known-folder.js';
import { kindOf, readStored } from './read-file.js';

/** Trusted curves, and the state of their files. */
export interface TrustedCurves {
  readonly history: CurveHistory;
  readonly known: KnownFolder;
}

/** Reads the folder of one reward model; undefined where nothing in it was ever acknowledged. */
export async function readFolder(
  fs: FileSystem,
  folder: string,
  key: string,
): Promise<TrustedCurves | UnreadableCurves | undefined> {
  try {
    await requireFolder(fs, folder);
    return await readTrusted(fs, folder, key);
  } catch (error) {
    const file = error instanceof Damage ? error.file : '';
    const reason = error instanceof Damage ? error.message : `cannot be read (${codeOf(error) ?? error})`;
    return { rewardModel: await guessName(fs, folder, key), key, place: join(folder, file), reason };
  }
}

/**
 * A link may lead to another reward model's folder: nothing beyond it is read, written or deleted.
 *
 * @throws Damage; as the file system.
 */
async function requireFolder(fs: FileSystem, folder: string): Promise<void> {
  const found = await fs.lstat(folder);
  if (!found.isDirectory()) throw new Damage('', `is ${kindOf(found)}, not a folder`);
}

/** @throws Damage; as the file system. */
async function readTrusted(fs: FileSystem, folder: string, key: string): Promise<TrustedCurves | undefined> {
  const names = await fs.readdir(folder);
  const text = await readFile(fs, folder, HEAD);
  if (text === undefined) {
    // A save writes a head first: files without a head mean that the head is lost.
    if (names.some((name) => name === CLEARED || isVersion(name)))
      throw new Damage(HEAD, 'is missing beside the files of versions');
    return undefined;
  }
  const head = parseHead(text.toString());
  if (storageKey(head.rewardModel) !== key)
    throw new Damage(HEAD, `belongs to another folder: ${storageKey(head.rewardModel)}`);
  // A crash may leave the file of the next version behind. A higher one shows that the head
  // is older than the files.
  const stray = names.find((name) => isVersion(name) && (versionOf(name) ?? 0) > head.nextVersion);
  if (stray !== undefined)
    throw new Damage(HEAD, `next_version ${head.nextVersion} is below a version that is there: ${stray}`);
  const versions: VersionedCurve[] = [];
  const checksums = new Map<number, string>();
  for (const counted of head.versions) {
    const { curve, sha256 } = await readVersion(fs, folder, head, counted);
    versions.push(curve);
    checksums.set(curve.version, sha256);
  }
  return { history: { ...head, versions }, known: { nextVersion: head.nextVersion, checksums } };
}

async function readVersion(
  fs: FileSystem,
  folder: string,
  { rewardModel }: Head,
  { version, sha256, audit }: CountedVersion,
): Promise<{ curve: VersionedCurve; sha256: string }> {
  const file = versionFile(version);
  const bytes = await readFile(fs, folder, file);
  if (bytes === undefined) throw new Damage(file, 'is missing');
  const found = checksum(bytes);
  if (sha256 !== undefined && found !== sha256)
    throw new Damage(file, `is not what was stored: its SHA-256 is not the one in ${HEAD}`);
  const given = parseJson(file, bytes.toString());
  refuseNewer(file, given, DOCUMENT_SCHEMA_VERSION);
  const document = isCurveDocument(given) ? given : parseDocument(file, given);
  if (document.reward_model !== rewardModel) throw new Damage(file, 'belongs to another reward model');
  if (document.version !== version) throw new Damage(file, `holds version ${document.version}`);
  if (audit !== undefined && audit.fitted_at !== document.fitted_at) throw strangeAudit(version);
  return { curve: { ...fromDocument(document), version, audit: audit ?? null }, sha256: found };
}

/** @throws Damage with the rule that the document breaks. */
function parseDocument(file: string, given: unknown): CurveDocument {
  const parsed = curveDocument.safeParse(given);
  if (!parsed.success) throw new Damage(file, describeIssue(parsed.error));
  return parsed.data;
}

async function readFile(fs: FileSystem, folder: string, file: string): Promise<Buffer | undefined> {
  try {
    return await readStored(fs, folder, file);
  } catch (error) {
    if (error instanceof Damage) throw error;
    throw new Damage(file, `cannot be read (${codeOf(error) ?? error})`);
  }
}

/**
 * The reward model of a folder: from its head, else from a version whose reward model fits the folder's name.
 */
async function guessName(fs: FileSystem, folder: string, key: string): Promise<string | undefined> {
  const nameIn = async (file: string) => {
    const [bytes] = await Promise.allSettled([readStored(fs, folder, file)]);
    return bytes.status === 'fulfilled' && bytes.value
      ? parseLoosely(bytes.value.toString()).rewardModel
      : undefined;
  };
  const [folderItself] = await Promise.allSettled([requireFolder(fs, folder)]);
  if (folderItself.status === 'rejected') return undefined;
  const ofHead = await nameIn(HEAD);
  if (ofHead !== undefined) return ofHead;
  const [names] = await Promise.allSettled([fs.readdir(folder)]);
  for (const file of names.status === 'fulfilled' ? names.value : []) {
    const name = file === CLEARED || isVersion(file) ? await nameIn(file) : undefined;
    if (name !== undefined && storageKey(name) === key) return name;
  }
  return undefined;
}
