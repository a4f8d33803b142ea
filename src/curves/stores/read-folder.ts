import { join } from 'node:path';
import { curveDocument, fromDocument } from '../curve-document.js';
import type { CurveHistory, VersionedCurve } from '../curve-history.js';
import { storageKey } from '../storage-key.js';
import type { UnreadableCurves } from './curve-store.js';
import { codeOf, type FileSystem, readIfThere } from './file-system.js';
import {
  CLEARED,
  checksum,
  Damage,
  describeIssue,
  HEAD,
  type Head,
  parseHead,
  parseJson,
  parseLoosely,
  versionFile,
  versionOf,
} from './head.js';

/** Reads the folder of one reward model; undefined where nothing in it was ever acknowledged. */
export async function readFolder(
  fs: FileSystem,
  folder: string,
  key: string,
): Promise<CurveHistory | UnreadableCurves | undefined> {
  try {
    return await readHistory(fs, folder, key);
  } catch (error) {
    const file = error instanceof Damage ? error.file : '';
    const reason = error instanceof Damage ? error.message : `cannot be read (${codeOf(error) ?? error})`;
    return { rewardModel: await guessName(fs, folder, key), key, place: join(folder, file), reason };
  }
}

/** @throws Damage; as the file system. */
async function readHistory(fs: FileSystem, folder: string, key: string): Promise<CurveHistory | undefined> {
  const names = await fs.readdir(folder);
  const text = await readFile(fs, folder, HEAD);
  if (text === undefined) {
    // The very first thing that a save writes is a head: what has files but no head has lost it.
    if (names.some((name) => name === CLEARED || isVersion(name)))
      throw new Damage(HEAD, 'is missing beside the files of versions');
    return undefined;
  }
  const head = parseHead(text.toString());
  if (storageKey(head.rewardModel) !== key)
    throw new Damage(HEAD, `belongs to another folder: ${storageKey(head.rewardModel)}`);
  // A crash may leave the file of the next version behind. One above it shows that the head is older than the files.
  const stray = names.find((name) => isVersion(name) && (versionOf(name) ?? 0) > head.nextVersion);
  if (stray !== undefined)
    throw new Damage(HEAD, `next_version ${head.nextVersion} is below a version that is there: ${stray}`);
  const versions: VersionedCurve[] = [];
  for (const counted of head.versions) versions.push(await readVersion(fs, folder, head, counted));
  return { ...head, versions };
}

function isVersion(name: string): boolean {
  return /^version-\d+\.json$/.test(name);
}

async function readVersion(
  fs: FileSystem,
  folder: string,
  { rewardModel }: Head,
  { version, sha256 }: Head['versions'][number],
): Promise<VersionedCurve> {
  const file = versionFile(version);
  const bytes = await readFile(fs, folder, file);
  if (bytes === undefined) throw new Damage(file, 'is missing');
  if (sha256 !== undefined && checksum(bytes) !== sha256)
    throw new Damage(file, `is not what was stored: its SHA-256 is not the one in ${HEAD}`);
  const parsed = curveDocument.safeParse(parseJson(file, bytes.toString()));
  if (!parsed.success) throw new Damage(file, describeIssue(parsed.error));
  if (parsed.data.reward_model !== rewardModel) throw new Damage(file, 'belongs to another reward model');
  if (parsed.data.version !== version) throw new Damage(file, `holds version ${parsed.data.version}`);
  return { ...fromDocument(parsed.data), version };
}

async function readFile(fs: FileSystem, folder: string, file: string): Promise<Buffer | undefined> {
  try {
    return await readIfThere(fs, join(folder, file));
  } catch (error) {
    throw new Damage(file, `cannot be read (${codeOf(error) ?? error})`);
  }
}

/** Whose folder it is: by its head, else by a version that is what the folder's name says. */
async function guessName(fs: FileSystem, folder: string, key: string): Promise<string | undefined> {
  const nameIn = async (file: string) => {
    const [bytes] = await Promise.allSettled([fs.readFile(join(folder, file))]);
    return bytes.status === 'fulfilled' ? parseLoosely(bytes.value.toString()).rewardModel : undefined;
  };
  const ofHead = await nameIn(HEAD);
  if (ofHead !== undefined) return ofHead;
  const [names] = await Promise.allSettled([fs.readdir(folder)]);
  for (const file of names.status === 'fulfilled' ? names.value : []) {
    const name = file === CLEARED || isVersion(file) ? await nameIn(file) : undefined;
    if (name !== undefined && storageKey(name) === key) return name;
  }
  return undefined;
}
