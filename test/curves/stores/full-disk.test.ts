import { randomUUID } from 'node:crypto';
import { open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { cleared } from '../../../src/curves/curve-history.js';
import type { CurveRegistry } from '../../../src/curves/registry.js';
import { auditOf, curveOf, grown } from '../../support/curves.js';
import { faultyFileSystem } from '../../support/faulty-file-system.js';
import { mountDisk } from '../../support/mounts.js';
import { makeStoreFolder, type StoreFolder } from '../../support/store-folder.js';

const name = 'org/a';
let store: StoreFolder;

beforeEach(async () => {
  store = await makeStoreFolder(name);
});

describe('a full disk', () => {
  test('that takes no write at all lets everything be deleted, and the numbering goes on', async () => {
    await store.save(grown(name, 3));
    const registry = await store.openRegistry(
      faultyFileSystem((operation) =>
        operation.name === 'writeFile' ? { code: 'ENOSPC', time: 'before' } : undefined,
      ),
    );
    await expect(registry.add(curveOf(name))).rejects.toThrow(/could not be stored/);
    expect(await registry.delete(name, undefined)).toEqual([1, 2, 3]);
    await registry.close();
    expect((await store.load()).histories).toEqual([cleared(grown(name, 3))]);
  });

  test.for<[string, (registry: CurveRegistry) => Promise<unknown>, boolean]>([
    ['rolling back', (registry) => registry.rollBack(name, 1), false],
    ['deleting a version', (registry) => registry.delete(name, 2), false],
    ['deleting all', (registry) => registry.delete(name, undefined), false],
    ['rolling back where there are audits', (registry) => registry.rollBack(name, 1), true],
    ['taking off an audit', (registry) => registry.attachAudit(name, 2, null), true],
    ['deleting a version where there are audits', (registry) => registry.delete(name, 2), true],
    ['deleting all where there are audits', (registry) => registry.delete(name, undefined), true],
  ])('that is a real one, a mounted tmpfs, takes %s', async ([, change, hasAudits], context) => {
    const refusal = mountDisk(store.folder, 'size=64k');
    if (refusal !== undefined) return context.skip(refusal);
    const registry = await store.openRegistry();
    for (let v = 1; v <= 3; v++) await registry.add(curveOf(name, v));
    // More than a block of a disk each.
    const large = { ...auditOf(name, 1), warnings: [{ code: 'large', message: 'x'.repeat(2_000) }] };
    for (let v = 1; v <= 3 && hasAudits; v++)
      await registry.attachAudit(name, v, { ...large, warnings: Array(3).fill(large.warnings[0]) });
    await fill(join(store.folder, 'filling'));
    await expect(registry.add(curveOf(name))).rejects.toThrow(/could not be stored/);
    expect(await registry.storeState()).toBe('unavailable');
    await change(registry);
    await registry.close();
    expect((await store.load()).histories.filter(({ versions }) => versions.length > 0)).toEqual(
      registry.list(),
    );
  });

  test('that is a real one gives up what is unreadable', async (context) => {
    const refusal = mountDisk(store.folder, 'size=64k');
    if (refusal !== undefined) return context.skip(refusal);
    await store.save(grown(name, 3));
    await rm(store.inOwn('head.json'));
    await rm(store.inOwn('cleared.json'));
    await fill(join(store.folder, 'filling'));
    const registry = await store.openRegistry();
    expect(await registry.delete(name, undefined)).toEqual([1, 2, 3]);
    await registry.close();
    expect(await store.load()).toMatchObject({
      histories: [{ nextVersion: 4, versions: [] }],
      unreadable: [],
    });
  });

  test('that has no room for another file, a real one, keeps no start from reading and deleting, again and again', async (context) => {
    const refusal = mountDisk(store.folder, 'size=4m,nr_inodes=40');
    if (refusal !== undefined) return context.skip(refusal);
    await store.save(grown(name, 3), grown('org/b', 3));
    const makeFiles = async () => {
      for (let file = 0; ; file++) await writeFile(join(store.folder, `filling-${randomUUID()}`), `${file}`);
    };
    await expect(makeFiles()).rejects.toThrow(/ENOSPC/);
    for (let start = 0; start < 3; start++) {
      const registry = await store.openRegistry();
      expect(registry.list()).toEqual([grown(name, 3), grown('org/b', 3)]);
      await expect(registry.add(curveOf(name))).rejects.toThrow(/could not be stored/);
      expect(await registry.storeState()).toBe('unavailable');
      await registry.close();
      // What a start gives free is taken by others at once.
      await expect(makeFiles()).rejects.toThrow(/ENOSPC/);
    }
    const registry = await store.openRegistry();
    expect(await registry.delete(name, undefined)).toEqual([1, 2, 3]);
    await registry.close();
    expect((await store.load()).histories).toContainEqual(cleared(grown(name, 3)));
  });

  test('that has no room for the socket of the lock, nor a spare file, says so in one line', async (context) => {
    const refusal = mountDisk(store.folder, 'size=4m,nr_inodes=3');
    if (refusal !== undefined) return context.skip(refusal);
    for (const file of ['a', 'b']) await writeFile(join(store.folder, file), '');
    await expect(store.load()).rejects.toThrow(
      `STORE_URL: the file system of ${store.folder} has no room for the socket of the lock`,
    );
  });

  async function fill(path: string): Promise<void> {
    const file = await open(path, 'w');
    onTestFinished(() => file.close());
    const writing = (async () => {
      for (;;) await file.write(Buffer.alloc(512));
    })();
    await expect(writing).rejects.toThrow(/ENOSPC/);
  }
});
