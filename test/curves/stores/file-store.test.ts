import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { toDocument } from '../../../src/curves/curve-document.js';
import { grown } from '../../support/curves.js';
import { makeStoreFolder, type StoreFolder } from '../../support/store-folder.js';

const name = 'org/a';
let store: StoreFolder;

beforeEach(async () => {
  store = await makeStoreFolder(name);
});

describe('leftovers', () => {
  test('of a crash are ignored, and removed by the next save', async () => {
    await store.save(grown(name, 1));
    await writeFile(store.inOwn('version-2.json.123456'), '{"half a docu');
    await writeFile(store.inOwn('version-2.json.tmp'), '{"half a docu');
    await writeFile(store.inOwn('head.json.tmp'), '{"half');
    await writeFile(store.inOwn('notes of the operator'), 'stay');
    expect((await store.load()).histories).toEqual([grown(name, 1)]);
    await store.save(grown(name, 3));
    expect((await readdir(store.own)).sort()).toEqual([
      'cleared.json',
      'head.json',
      'notes of the operator',
      'version-1.json',
      'version-2.json',
      'version-3.json',
    ]);
  });

  test('of a save that failed between a version and its head do not block that number', async () => {
    await store.save(grown(name, 1));
    await writeFile(store.inOwn('version-2.json'), JSON.stringify({ other: 'content' }));
    expect(await store.load()).toEqual({ histories: [grown(name, 1)], unreadable: [] });
    await store.save(grown(name, 2));
    expect((await store.load()).histories).toEqual([grown(name, 2)]);
  });

  test('of a crash before the first version are no reward model', async () => {
    await mkdir(store.own);
    await writeFile(store.inOwn('head.json.tmp'), '{"sch');
    expect(await store.load()).toEqual({ histories: [], unreadable: [] });
    await store.save(grown(name, 1));
    expect((await store.load()).histories).toEqual([grown(name, 1)]);
  });
});

describe('the head', () => {
  test('has the SHA-256 of every version file', async () => {
    await store.save(grown(name, 2));
    const { schema_version, versions } = JSON.parse(await readFile(store.inOwn('head.json'), 'utf8'));
    const sums = await Promise.all(
      [1, 2].map(async (version) => ({
        version,
        sha256: createHash('sha256')
          .update(await readFile(store.inOwn(`version-${version}.json`)))
          .digest('hex'),
      })),
    );
    expect({ schema_version, versions }).toEqual({ schema_version: 3, versions: sums });
  });

  test('of schema version 1 is read, and gets its checksums with the next save', async () => {
    const history = grown(name, 2);
    await mkdir(store.own);
    for (const curve of history.versions)
      await writeFile(store.inOwn(`version-${curve.version}.json`), JSON.stringify(toDocument(curve)));
    const old = { schema_version: 1, reward_model: name, next_version: 3, current: 2, versions: [1, 2] };
    await writeFile(store.inOwn('head.json'), JSON.stringify(old));
    expect((await store.load()).histories).toEqual([history]);
    await store.save({ ...history, current: 1 });
    expect(JSON.parse(await readFile(store.inOwn('head.json'), 'utf8'))).toMatchObject({
      schema_version: 3,
      current: 1,
      versions: [{ version: 1, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }, { version: 2 }],
    });
    expect((await store.load()).histories).toEqual([{ ...history, current: 1 }]);
  });
});
