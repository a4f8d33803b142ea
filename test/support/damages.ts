import { execFileSync } from 'node:child_process';
import { link, mkdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AUDIT_EXAMPLE } from '../../src/curves/audit-example.js';
import { toDocument } from '../../src/curves/curve-document.js';
import { storageKey } from '../../src/curves/storage-key.js';
import { curveOf } from './curves.js';
import type { StoreFolder } from './store-folder.js';

/** Something that may happen to the folder of a reward model. */
export interface StoredDamage {
  readonly damage: (store: StoreFolder) => Promise<unknown>;
  /** The reason that is given. */
  readonly reason: RegExp;
  /** Whether something that is still there says whose folder it is; by default it does. */
  readonly isNamed?: boolean;
}

/** Makes something else of a path. */
async function replaceBy(path: string, make: (path: string) => unknown): Promise<void> {
  await rm(path, { recursive: true });
  await make(path);
}

function makeFifo(path: string): void {
  execFileSync('mkfifo', [path]);
}

/** The head of another reward model, which must not be harmed. */
function strangersHead(store: StoreFolder): string {
  return join(store.folder, storageKey('org/fine'), 'head.json');
}

type HeadFields = Record<string, unknown> & { versions: { version: number; sha256: string }[] };

async function editHead(store: StoreFolder, edit: (head: HeadFields) => object): Promise<void> {
  const path = store.inOwn('head.json');
  await writeFile(path, JSON.stringify(edit(JSON.parse(await readFile(path, 'utf8')))));
}

/** The head with an audit beside the first of its versions. */
function withAuditOf(audit: object): (head: HeadFields) => object {
  return ({ versions: [first, ...others], ...head }) => ({
    ...head,
    versions: [{ ...first, audit }, ...others],
  });
}

/** What may happen to a folder with versions 2, 3 and 4, and the reason that is given. */
export const DAMAGES: Record<string, StoredDamage> = {
  'a version that is not JSON': {
    damage: (store) => writeFile(store.inOwn('version-3.json'), '{"schema_version":1'),
    reason: /SHA-256/,
  },
  'a changed digit': {
    damage: async (store) => {
      const text = await readFile(store.inOwn('version-3.json'), 'utf8');
      await writeFile(store.inOwn('version-3.json'), text.replace('2.5', '2.6'));
    },
    reason: /SHA-256/,
  },
  'a version that is missing': {
    damage: (store) => rm(store.inOwn('version-2.json')),
    reason: /is missing$/,
  },
  'a version that cannot be read': {
    damage: async (store) => {
      await rm(store.inOwn('version-2.json'));
      await mkdir(store.inOwn('version-2.json'));
    },
    reason: /is a folder, not a file/,
  },
  'a folder in place of the newest version': {
    damage: async (store) => {
      await rm(store.inOwn('version-4.json'));
      await mkdir(store.inOwn('version-4.json'));
      await rm(store.inOwn('cleared.json'));
    },
    reason: /is a folder, not a file/,
  },
  'a folder in place of the head': {
    damage: async (store) => {
      await rm(store.inOwn('head.json'));
      await mkdir(store.inOwn('head.json'));
    },
    reason: /is a folder, not a file/,
  },
  "another reward model's version, below a head without checksums": {
    damage: async (store) => {
      await editHead(store, (head) => ({ ...head, schema_version: 1, versions: [2, 3, 4] }));
      const stranger = { ...curveOf('org/stranger'), version: 3 };
      await writeFile(store.inOwn('version-3.json'), JSON.stringify(toDocument(stranger)));
    },
    reason: /belongs to another reward model/,
  },
  'another version in the file, below a head without checksums': {
    damage: async (store) => {
      await editHead(store, (head) => ({ ...head, schema_version: 1, versions: [2, 3, 4] }));
      await writeFile(store.inOwn('version-3.json'), await readFile(store.inOwn('version-4.json')));
    },
    reason: /holds version 4/,
  },
  'a head that is not JSON': {
    damage: (store) => writeFile(store.inOwn('head.json'), '{"schema'),
    reason: /is not JSON/,
  },
  'a head with a wrong field': {
    damage: (store) => editHead(store, (head) => ({ ...head, current: 'two' })),
    reason: /not what this service writes \(current/,
  },
  'a head of a newer service': {
    damage: (store) => editHead(store, (head) => ({ ...head, schema_version: 4, more: true })),
    reason: /newer service \(schema_version 4\)/,
  },
  'a version of a newer service': {
    damage: async (store) => {
      const document = { ...toDocument({ ...curveOf('org/a'), version: 3 }), schema_version: 3, more: true };
      await editHead(store, (head) => ({ ...head, schema_version: 1, versions: [2, 3, 4] }));
      await writeFile(store.inOwn('version-3.json'), JSON.stringify(document));
    },
    reason: /^was written by a newer service \(schema_version 3\)$/,
  },
  'an audit with a wrong field': {
    damage: (store) => editHead(store, withAuditOf({ ...AUDIT_EXAMPLE, alpha: 0.25 })),
    reason: /not what this service writes \(versions\.0\.audit\.alpha/,
  },
  'an audit of another version': {
    damage: (store) => editHead(store, withAuditOf({ ...AUDIT_EXAMPLE, reward_model: 'org/a', version: 3 })),
    reason: /audit beside version 2 is that of another curve/,
  },
  'an audit of another fit': {
    damage: (store) => editHead(store, withAuditOf({ ...AUDIT_EXAMPLE, reward_model: 'org/a', version: 2 })),
    reason: /audit beside version 2 is that of another curve/,
  },
  'an audit of another reward model': {
    damage: (store) => editHead(store, withAuditOf({ ...AUDIT_EXAMPLE, version: 2 })),
    reason: /audit beside version 2 is that of another curve/,
  },
  'a version that is listed twice': {
    damage: (store) =>
      editHead(store, ({ versions, ...head }) => ({ ...head, versions: [versions[0], ...versions] })),
    reason: /version 2 is listed twice/,
  },
  'a next_version that is kept': {
    damage: (store) => editHead(store, (head) => ({ ...head, next_version: 4 })),
    reason: /next_version 4 is not above version 4/,
  },
  'a next_version below a file that is there': {
    damage: (store) => writeFile(store.inOwn('version-9.json'), '{}'),
    reason: /next_version 5 is below a version that is there: version-9\.json/,
  },
  'a current that is not kept': {
    damage: (store) => editHead(store, (head) => ({ ...head, current: 1 })),
    reason: /current \(1\) is not one of/,
  },
  'no current beside versions': {
    damage: (store) => editHead(store, (head) => ({ ...head, current: null })),
    reason: /current \(null\) is not one of/,
  },
  'a missing head': {
    damage: (store) => rm(store.inOwn('head.json')),
    reason: /is missing beside the files of versions/,
  },
  'a missing head and no readable version': {
    damage: async (store) => {
      await rm(store.inOwn('head.json'));
      await rm(store.inOwn('cleared.json'));
      for (const version of [2, 3, 4]) await writeFile(store.inOwn(`version-${version}.json`), '');
    },
    reason: /is missing beside the files of versions/,
    isNamed: false,
  },
  'a next_version above all that can be counted': {
    damage: (store) => editHead(store, (head) => ({ ...head, next_version: Number.MAX_SAFE_INTEGER })),
    reason: /not what this service writes \(next_version/,
  },
  'a head of gigabytes': {
    damage: (store) => truncate(store.inOwn('head.json'), 2 ** 31),
    reason: /has 2147483648 bytes, more than this service writes/,
  },
  'a version of gigabytes': {
    damage: (store) => truncate(store.inOwn('version-3.json'), 2 ** 31),
    reason: /has 2147483648 bytes, more than this service writes/,
  },
  'a FIFO in place of the head': {
    damage: (store) => replaceBy(store.inOwn('head.json'), makeFifo),
    reason: /is a FIFO, not a file/,
  },
  'a FIFO in place of a version': {
    damage: (store) => replaceBy(store.inOwn('version-3.json'), makeFifo),
    reason: /is a FIFO, not a file/,
  },
  'a head that leads to a device without end': {
    damage: (store) => replaceBy(store.inOwn('head.json'), (path) => symlink('/dev/zero', path)),
    reason: /is a symbolic link, not a file/,
  },
  "a link to another's head in place of the newest version": {
    damage: async (store) => {
      await replaceBy(store.inOwn('version-4.json'), (path) => symlink(strangersHead(store), path));
      await rm(store.inOwn('cleared.json'));
    },
    reason: /is a symbolic link, not a file/,
  },
  "another name of another's head in place of the newest version": {
    damage: async (store) => {
      await replaceBy(store.inOwn('version-4.json'), (path) => link(strangersHead(store), path));
      await rm(store.inOwn('cleared.json'));
    },
    reason: /SHA-256/,
  },
  "a link to another's folder in place of the folder": {
    damage: (store) => replaceBy(store.own, (path) => symlink(dirname(strangersHead(store)), path)),
    reason: /is a symbolic link, not a folder/,
    isNamed: false,
  },
  'a link to itself in place of the folder': {
    damage: (store) => replaceBy(store.own, (path) => symlink(path, path)),
    reason: /is a symbolic link, not a folder/,
    isNamed: false,
  },
  'a FIFO in place of the folder': {
    damage: (store) => replaceBy(store.own, makeFifo),
    reason: /is a FIFO, not a folder/,
    isNamed: false,
  },
  'a file in place of the folder': {
    damage: async (store) => {
      await rm(store.own, { recursive: true });
      await writeFile(store.own, 'in the way');
    },
    reason: /is a file, not a folder/,
    isNamed: false,
  },
};

/**
 * What may come to lie there and makes nothing unreadable: what is derived, and what is in
 * the way of temporary files.
 */
export const OBSTACLES: Record<string, (store: StoreFolder) => Promise<unknown>> = {
  'a cleared head of gigabytes': (store) => truncate(store.inOwn('cleared.json'), 2 ** 31),
  'a folder in place of the cleared head': (store) =>
    replaceBy(store.inOwn('cleared.json'), (path) => mkdir(join(path, 'not empty'), { recursive: true })),
  'a FIFO in place of the cleared head': (store) => replaceBy(store.inOwn('cleared.json'), makeFifo),
  "a link to another's head in place of the cleared head": (store) =>
    replaceBy(store.inOwn('cleared.json'), (path) => symlink(strangersHead(store), path)),
  'folders in place of temporary files': (store) =>
    inPlaceOfTemporary(store, (path) => mkdir(join(path, 'x'), { recursive: true })),
  'FIFOs in place of temporary files': (store) => inPlaceOfTemporary(store, makeFifo),
  "links to another's head in place of temporary files": (store) =>
    inPlaceOfTemporary(store, (path) => symlink(strangersHead(store), path)),
  "other names of another's head in place of temporary files": (store) =>
    inPlaceOfTemporary(store, (path) => link(strangersHead(store), path)),
};

async function inPlaceOfTemporary(store: StoreFolder, make: (path: string) => unknown): Promise<void> {
  for (const file of ['version-5.json', 'head.json', 'cleared.json']) await make(store.inOwn(`${file}.tmp`));
}
