import { cp, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { storageKey } from '../../../src/curves/storage-key.js';
import { discardFolder } from '../../../src/curves/stores/discard-folder.js';
import { curveOf, grown } from '../../support/curves.js';
import { DAMAGES } from '../../support/damages.js';
import { faultyFileSystem } from '../../support/faulty-file-system.js';
import { makeStoreFolder, type StoreFolder } from '../../support/store-folder.js';

const name = 'org/a';
let store: StoreFolder;

beforeEach(async () => {
  store = await makeStoreFolder(name);
});

describe.each(Object.entries(DAMAGES))('%s', (what, { damage, reason, isNamed = true }) => {
  beforeEach(async () => {
    await store.save(grown(name, 4), grown('org/fine', 2));
    await damage(store);
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
