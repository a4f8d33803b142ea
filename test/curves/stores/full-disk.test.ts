import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { cleared } from '../../../src/curves/curve-history.js';
import type { CurveRegistry } from '../../../src/curves/registry.js';
import { curveOf, grown } from '../../support/curves.js';
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

  test.for<[string, (registry: CurveRegistry) => Promise<unknown>]>([
    ['rolling back', (registry) => registry.rollBack(name, 1)],
    ['deleting a version', (registry) => registry.delete(name, 2)],
    ['deleting all', (registry) => registry.delete(name, undefined)],
  ])('that is a real one, a mounted tmpfs, takes %s', async ([, change], context) => {
    const refusal = mountDisk(store.folder, 'size=64k');
    if (refusal !== undefined) return context.skip(refusal);
    const registry = await store.openRegistry();
    for (let v = 1; v <= 3; v++) await registry.add(curveOf(name, v));
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

  async function fill(path: string): Promise<void> {
    const file = await open(path, 'w');
    onTestFinished(() => file.close());
    const writing = (async () => {
      for (;;) await file.write(Buffer.alloc(512));
    })();
    await expect(writing).rejects.toThrow(/ENOSPC/);
  }
});
