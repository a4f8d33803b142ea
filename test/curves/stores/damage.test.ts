import { execFileSync } from 'node:child_process';
import {
  cp,
  link,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { toDocument } from '../../../src/curves/curve-document.js';
import { storageKey } from '../../../src/curves/storage-key.js';
import { discardFolder } from '../../../src/curves/stores/discard-folder.js';
import { curveOf, grown } from '../../support/curves.js';
import { faultyFileSystem } from '../../support/faulty-file-system.js';
import { makeStoreFolder, type StoreFolder } from '../../support/store-folder.js';

const name = 'org/a';
let store: StoreFolder;

beforeEach(async () => {
  store = await makeStoreFolder(name);
});

/** Makes something else of a path. */
async function replaceBy(path: string, make: (path: string) => unknown): Promise<void> {
  await rm(path, { recursive: true });
  await make(path);
}

function makeFifo(path: string): void {
  execFileSync('mkfifo', [path]);
}

/** The head of another reward model, which must not be harmed. */
function strangersHead(): string {
  return join(store.folder, storageKey('org/fine'), 'head.json');
}

type HeadFields = Record<string, unknown> & { versions: { version: number; sha256: string }[] };

async function editHead(edit: (head: HeadFields) => object): Promise<void> {
  const path = store.inOwn('head.json');
  await writeFile(path, JSON.stringify(edit(JSON.parse(await readFile(path, 'utf8')))));
}

/** What may happen to a folder with versions 2, 3 and 4, and the reason that is given. */
const DAMAGES: Record<string, { damage: () => Promise<unknown>; reason: RegExp; isNamed?: boolean }> = {
  'a version that is not JSON': {
    damage: () => writeFile(store.inOwn('version-3.json'), '{"schema_version":1'),
    reason: /SHA-256/,
  },
  'a changed digit': {
    damage: async () => {
      const text = await readFile(store.inOwn('version-3.json'), 'utf8');
      await writeFile(store.inOwn('version-3.json'), text.replace('2.5', '2.6'));
    },
    reason: /SHA-256/,
  },
  'a version that is missing': { damage: () => rm(store.inOwn('version-2.json')), reason: /is missing$/ },
  'a version that cannot be read': {
    damage: async () => {
      await rm(store.inOwn('version-2.json'));
      await mkdir(store.inOwn('version-2.json'));
    },
    reason: /is a folder, not a file/,
  },
  'a folder in place of the newest version': {
    damage: async () => {
      await rm(store.inOwn('version-4.json'));
      await mkdir(store.inOwn('version-4.json'));
      await rm(store.inOwn('cleared.json'));
    },
    reason: /is a folder, not a file/,
  },
  'a folder in place of the head': {
    damage: async () => {
      await rm(store.inOwn('head.json'));
      await mkdir(store.inOwn('head.json'));
    },
    reason: /is a folder, not a file/,
  },
  "another reward model's version, below a head without checksums": {
    damage: async () => {
      await editHead((head) => ({ ...head, schema_version: 1, versions: [2, 3, 4] }));
      const stranger = { ...curveOf('org/stranger'), version: 3 };
      await writeFile(store.inOwn('version-3.json'), JSON.stringify(toDocument(stranger)));
    },
    reason: /belongs to another reward model/,
  },
  'another version in the file, below a head without checksums': {
    damage: async () => {
      await editHead((head) => ({ ...head, schema_version: 1, versions: [2, 3, 4] }));
      await writeFile(store.inOwn('version-3.json'), await readFile(store.inOwn('version-4.json')));
    },
    reason: /holds version 4/,
  },
  'a head that is not JSON': {
    damage: () => writeFile(store.inOwn('head.json'), '{"schema'),
    reason: /is not JSON/,
  },
  'a head with a wrong field': {
    damage: () => editHead((head) => ({ ...head, current: 'two' })),
    reason: /not what this service writes \(current/,
  },
  'a head of a newer service': {
    damage: () => editHead((head) => ({ ...head, schema_version: 3, more: true })),
    reason: /newer service \(schema_version 3\)/,
  },
  'a version that is listed twice': {
    damage: () => editHead(({ versions, ...head }) => ({ ...head, versions: [versions[0], ...versions] })),
    reason: /version 2 is listed twice/,
  },
  'a next_version that is kept': {
    damage: () => editHead((head) => ({ ...head, next_version: 4 })),
    reason: /next_version 4 is not above version 4/,
  },
  'a next_version below a file that is there': {
    damage: () => writeFile(store.inOwn('version-9.json'), '{}'),
    reason: /next_version 5 is below a version that is there: version-9\.json/,
  },
  'a current that is not kept': {
    damage: () => editHead((head) => ({ ...head, current: 1 })),
    reason: /current \(1\) is not one of/,
  },
  'no current beside versions': {
    damage: () => editHead((head) => ({ ...head, current: null })),
    reason: /current \(null\) is not one of/,
  },
  'a missing head': {
    damage: () => rm(store.inOwn('head.json')),
    reason: /is missing beside the files of versions/,
  },
  'a missing head and no readable version': {
    damage: async () => {
      await rm(store.inOwn('head.json'));
      await rm(store.inOwn('cleared.json'));
      for (const version of [2, 3, 4]) await writeFile(store.inOwn(`version-${version}.json`), '');
    },
    reason: /is missing beside the files of versions/,
    isNamed: false,
  },
  'a next_version above all that can be counted': {
    damage: () => editHead((head) => ({ ...head, next_version: Number.MAX_SAFE_INTEGER })),
    reason: /not what this service writes \(next_version/,
  },
  'a head of gigabytes': {
    damage: () => truncate(store.inOwn('head.json'), 2 ** 31),
    reason: /has 2147483648 bytes, more than this service writes/,
  },
  'a version of gigabytes': {
    damage: () => truncate(store.inOwn('version-3.json'), 2 ** 31),
    reason: /has 2147483648 bytes, more than this service writes/,
  },
  'a FIFO in place of the head': {
    damage: () => replaceBy(store.inOwn('head.json'), makeFifo),
    reason: /is a FIFO, not a file/,
  },
  'a FIFO in place of a version': {
    damage: () => replaceBy(store.inOwn('version-3.json'), makeFifo),
    reason: /is a FIFO, not a file/,
  },
  'a head that leads to a device without end': {
    damage: () => replaceBy(store.inOwn('head.json'), (path) => symlink('/dev/zero', path)),
    reason: /is a symbolic link, not a file/,
  },
  "a link to another's head in place of the newest version": {
    damage: async () => {
      await replaceBy(store.inOwn('version-4.json'), (path) => symlink(strangersHead(), path));
      await rm(store.inOwn('cleared.json'));
    },
    reason: /is a symbolic link, not a file/,
  },
  "another name of another's head in place of the newest version": {
    damage: async () => {
      await replaceBy(store.inOwn('version-4.json'), (path) => link(strangersHead(), path));
      await rm(store.inOwn('cleared.json'));
    },
    reason: /SHA-256/,
  },
  "a link to another's folder in place of the folder": {
    damage: () => replaceBy(store.own, (path) => symlink(dirname(strangersHead()), path)),
    reason: /is a symbolic link, not a folder/,
    isNamed: false,
  },
  'a link to itself in place of the folder': {
    damage: () => replaceBy(store.own, (path) => symlink(path, path)),
    reason: /is a symbolic link, not a folder/,
    isNamed: false,
  },
  'a FIFO in place of the folder': {
    damage: () => replaceBy(store.own, makeFifo),
    reason: /is a FIFO, not a folder/,
    isNamed: false,
  },
  'a file in place of the folder': {
    damage: async () => {
      await rm(store.own, { recursive: true });
      await writeFile(store.own, 'in the way');
    },
    reason: /is a file, not a folder/,
    isNamed: false,
  },
};

describe.each(Object.entries(DAMAGES))('%s', (what, { damage, reason, isNamed = true }) => {
  beforeEach(async () => {
    await store.save(grown(name, 4), grown('org/fine', 2));
    await damage();
  });

  test('makes that reward model alone unreadable, with the reason', async () => {
    const { histories, unreadable } = await store.load();
    expect(histories).toEqual([grown('org/fine', 2)]);
    expect(unreadable).toEqual([
      {
        rewardModel: isNamed ? name : undefined,
        key: storageKey(name),
        place: expect.stringContaining(store.own),
        reason: expect.stringMatching(reason),
      },
    ]);
  });

  test('can be given up, also on a full disk, and the numbering goes on', async () => {
    const isFull = { now: false };
    const fs = faultyFileSystem((operation) =>
      isFull.now && operation.name === 'writeFile' ? { code: 'ENOSPC', time: 'before' } : undefined,
    );
    const registry = await store.openRegistry(fs);
    // Without a head that lies ready, or with one below the highest file, a head has to be written.
    isFull.now = !/place of the folder|of the newest|no readable version|below a file/.test(what);
    const deleted = await registry.delete(name, undefined);
    const isLost = what.includes('place of the folder');
    const found = [2, 3, 4, 9].filter((version) => version < nextAfter(what));
    expect(deleted).toEqual(isLost ? [] : found.slice(what === 'a version that is missing' ? 1 : 0));
    isFull.now = false;
    await registry.close();
    const { histories, unreadable: none } = await store.load();
    expect(none).toEqual([]);
    expect(histories).toContainEqual({
      rewardModel: name,
      nextVersion: nextAfter(what),
      current: null,
      versions: [],
    });
    expect(histories).toContainEqual(grown('org/fine', 2));
    expect((await readdir(store.own)).filter((file) => file.startsWith('version-'))).toEqual([]);
  });

  test('a process killed at any step of giving it up leaves it unreadable, or given up', async () => {
    const nextVersion = nextAfter(what);
    for (let last = 0; ; last++) {
      let steps = 0;
      const dying = faultyFileSystem(() => (steps++ >= last ? { code: 'EIO', time: 'before' } : undefined));
      const isDone = await discardFolder(dying, store.own, store.own, name).then(
        ({ unfinished }) => unfinished.length === 0,
        () => false,
      );
      const { histories, unreadable } = await store.load();
      const mine = histories.find(({ rewardModel }) => rewardModel === name);
      // Where no number was ever known, nothing can be lost either.
      if (mine === undefined && nextVersion > 1) expect(unreadable, `killed at ${last}`).toHaveLength(1);
      if (mine !== undefined) expect(mine.nextVersion, `killed at ${last}`).toBe(nextVersion);
      if (isDone) return expect(mine?.nextVersion).toBe(nextVersion);
    }
  });
});

/** The number that the next version gets after a damage was given up. */
function nextAfter(what: string): number {
  if (what.includes('place of the folder')) return 1;
  return what.includes('below a file') ? 10 : 5;
}

describe('a folder under a wrong name', () => {
  const elsewhere = () => join(store.folder, storageKey('org/elsewhere'));

  test('makes unreadable whose it is, and whose name it has, until it is given up', async () => {
    await store.save(grown(name, 4));
    await rename(store.own, elsewhere());
    const registry = await store.openRegistry();
    expect(registry.listUnreadable()).toMatchObject([
      {
        rewardModel: name,
        key: storageKey('org/elsewhere'),
        reason: expect.stringMatching(/another folder/),
      },
    ]);
    for (const rewardModel of [name, 'org/elsewhere'])
      expect(() => registry.current(rewardModel)).toThrow(/cannot be read/);
    expect(await registry.delete(name, undefined)).toEqual([2, 3, 4]);
    expect((await registry.add(curveOf(name))).version).toBe(5);
    await registry.close();
    expect(await store.load()).toMatchObject({
      histories: [{ rewardModel: name, nextVersion: 6 }],
      unreadable: [],
    });
  });

  test('does no harm to a reward model that has its store.own folder', async () => {
    await store.save(grown(name, 4));
    await cp(store.own, elsewhere(), { recursive: true });
    const registry = await store.openRegistry();
    expect(registry.current(name)?.version).toBe(4);
    expect(() => registry.current('org/elsewhere')).toThrow(/cannot be read/);
  });
});
