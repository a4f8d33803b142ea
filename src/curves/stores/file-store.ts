import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { curveDocument, fromDocument, toDocument } from '../curve-document.js';
import type { CurveHistory, VersionedCurve } from '../curve-history.js';
import { rewardModelName } from '../reward-model-name.js';
import type { CurveStore } from './curve-store.js';

const HEAD = 'head.json';
const head = z.strictObject({
  schema_version: z.literal(1),
  reward_model: rewardModelName,
  next_version: z.int().min(1),
  current: z.int().min(1).nullable(),
  versions: z.array(z.int().min(1)),
});

/**
 * Curves in a folder: one folder per reward model (SHA-256 of its name), one file per version, and `head.json`, which
 * says which versions count. A save writes the new versions first and the head last, each as a temporary file, fsync,
 * rename, fsync of the folder; files that no head names are leftovers of a crash and are removed at the next save.
 */
export class FileStore implements CurveStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async load(): Promise<CurveHistory[]> {
    await mkdir(this.#folder, { recursive: true });
    const entries = await readdir(this.#folder, { withFileTypes: true });
    const folders = entries.filter((entry) => entry.isDirectory() && /^[0-9a-f]{64}$/.test(entry.name));
    const histories = await Promise.all(folders.map(({ name }) => loadHistory(join(this.#folder, name))));
    return histories.filter((history) => history !== undefined);
  }

  async save(history: CurveHistory): Promise<void> {
    const folder = join(this.#folder, createHash('sha256').update(history.rewardModel).digest('hex'));
    if ((await mkdir(folder, { recursive: true })) !== undefined) await syncFolder(this.#folder);
    const stored = new Set((await readHead(folder))?.versions);
    for (const curve of history.versions) {
      if (!stored.has(curve.version))
        await writeDurably(folder, versionFile(curve.version), toDocument(curve));
    }
    await writeDurably(folder, HEAD, {
      schema_version: 1,
      reward_model: history.rewardModel,
      next_version: history.nextVersion,
      current: history.current,
      versions: history.versions.map((curve) => curve.version),
    } satisfies z.infer<typeof head>);
    const kept = new Set([HEAD, ...history.versions.map((curve) => versionFile(curve.version))]);
    const leftovers = (await readdir(folder)).filter((name) => !kept.has(name));
    await Promise.all(leftovers.map((name) => rm(join(folder, name), { force: true })));
  }

  async close(): Promise<void> {
    // Nothing is held open between calls.
  }
}

async function loadHistory(folder: string): Promise<CurveHistory | undefined> {
  const counted = await readHead(folder);
  if (counted === undefined) return undefined;
  const { reward_model, next_version, current, versions } = counted;
  const curves = await Promise.all(versions.map((version) => loadVersion(folder, version)));
  return { rewardModel: reward_model, nextVersion: next_version, current, versions: curves };
}

/** A crash before the very first head leaves a folder without one: nothing in it was acknowledged. */
async function readHead(folder: string): Promise<z.infer<typeof head> | undefined> {
  return (await readdir(folder)).includes(HEAD) ? readDocument(join(folder, HEAD), head) : undefined;
}

async function loadVersion(folder: string, version: number): Promise<VersionedCurve> {
  const document = await readDocument(join(folder, versionFile(version)), curveDocument);
  return { ...fromDocument(document), version };
}

async function readDocument<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  try {
    return schema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (cause) {
    throw new Error(`cannot read the stored curve ${path}: restore it from a backup or remove its folder`, {
      cause,
    });
  }
}

function versionFile(version: number): string {
  return `version-${version}.json`;
}

async function writeDurably(folder: string, name: string, document: unknown): Promise<void> {
  await writeFileAtomic(join(folder, name), JSON.stringify(document));
  await syncFolder(folder);
}

/** The rename itself is durable only once the folder is; write-file-atomic syncs the file alone. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
