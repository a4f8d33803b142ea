import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { type CurveHistory, cleared, LAST_VERSION, withVersion } from '../../src/curves/curve-history.js';
import { CurveRegistry } from '../../src/curves/registry.js';
import { FileStore } from '../../src/curves/stores/file-store.js';
import { NODE_FILE_SYSTEM } from '../../src/curves/stores/file-system.js';
import { readStore } from '../../src/curves/stores/read-store.js';
import { auditOf, curveOf, grown, UNOBSERVED } from '../support/curves.js';
import { DAMAGES, OBSTACLES } from '../support/damages.js';
import { faultyFileSystem } from '../support/faulty-file-system.js';
import { makeStoreFolder, type StoreFolder } from '../support/store-folder.js';

const name = 'org/a';
const fine = grown('org/fine', 2);
const LIMITS = { maxRewardModels: 9, keepVersions: 3 };
let store: StoreFolder;

beforeEach(async () => {
  store = await makeStoreFolder(name);
  await store.save(grown(name, 4), fine);
});

const CHANGES: [string, (registry: CurveRegistry) => Promise<unknown>][] = [
  ['a fit', (registry) => registry.add(curveOf(name, 5))],
  ['a rollback', (registry) => registry.rollBack(name, 3)],
  ['attaching an audit', (registry) => registry.attachAudit(name, 3, auditOf(name, 3))],
  ['deleting a version', (registry) => registry.delete(name, 2)],
  ['deleting all', (registry) => registry.delete(name, undefined)],
];

const OLDER = 'an older state, put back';

const HAPPENINGS: Record<string, (store: StoreFolder) => Promise<unknown>> = {
  ...Object.fromEntries(Object.entries(DAMAGES).map(([what, { damage }]) => [what, damage])),
  ...OBSTACLES,
  'no version any more': async ({ inOwn }) => {
    for (const version of [2, 3, 4]) await rm(inOwn(`version-${version}.json`));
  },
  'no folder any more': ({ own }) => rm(own, { recursive: true }),
  'an empty folder': async ({ own }) => {
    await rm(own, { recursive: true });
    await mkdir(own);
  },
  [OLDER]: async ({ own }) => {
    const older = await makeStoreFolder(name);
    await older.save(grown(name, 2));
    await rm(own, { recursive: true });
    await cp(older.own, own, { recursive: true });
  },
};

describe.each(Object.entries(HAPPENINGS))('%s, under a running process', (_, happen) => {
  test.each(CHANGES)('is mended by %s: the answer is what a restart shows', async (changed, change) => {
    const registry = await store.openRegistry();
    await happen(store);
    await change(registry);
    expect(await shownByRestart()).toEqual({ mine: heldBy(registry), fine });
    const { version } = await registry.add(curveOf(name, 6));
    expect(version).toBe(changed === 'a fit' ? 6 : 5);
    await registry.close();
    expect(await shownByRestart()).toEqual({ mine: heldBy(registry), fine });
  });
});

/** One of each way in which a folder is mended. */
const MENDED_DIFFERENTLY = Object.entries(HAPPENINGS).filter(([what]) =>
  /^no |^an |changed digit|of the head|missing|another's folder|temporary/.test(what),
);

describe.each(MENDED_DIFFERENTLY)('%s, under a running process', (what, happen) => {
  test('a process killed at any step of mending it loses no number, and leaves nothing else than before or after', async () => {
    const before = grown(name, 4);
    const after = withVersion(before, curveOf(name, 5), 3);
    // What was put back is shown until a change that a process makes which knows better.
    const possible = what === OLDER ? [grown(name, 2)] : [];
    // Where no file is there any more, the number is all that can be kept.
    if (/folder any|empty folder|another's folder/.test(what)) possible.push(cleared(before));
    for (let last = 0; ; last++) {
      await store.save(before);
      let steps = 0;
      let isArmed = false;
      const fs = faultyFileSystem(() =>
        isArmed && steps++ >= last ? { code: 'EIO', time: 'before' } : undefined,
      );
      const registry = await store.openRegistry(fs);
      await happen(store);
      isArmed = true;
      const isDone = await registry.add(curveOf(name, 5)).then(
        () => steps <= last,
        () => false,
      );
      await registry.close();
      const { mine, fine: other } = await shownByRestart();
      expect(other).toEqual(fine);
      const context = `killed at ${last}`;
      if (mine !== undefined) expect([...possible, before, after], context).toContainEqual(mine);
      if (isDone) return expect(mine).toEqual(after);
      await rm(store.own, { recursive: true, force: true });
    }
  });
});

function heldBy(registry: CurveRegistry): CurveHistory {
  return registry.list().find(({ rewardModel }) => rewardModel === name) ?? cleared(grown(name, 4));
}

async function shownByRestart(): Promise<Record<'mine' | 'fine', CurveHistory | undefined>> {
  const { histories } = await readStore(NODE_FILE_SYSTEM, store.folder);
  const find = (rewardModel: string) => histories.find((history) => history.rewardModel === rewardModel);
  return { mine: find(name), fine: find('org/fine') };
}

describe.each(Object.entries(OBSTACLES))('%s, at the start', (_, happen) => {
  test.each(CHANGES)('keeps nothing from being read, nor %s from being stored', async (_, change) => {
    await happen(store);
    const registry = await store.openRegistry();
    expect(registry.listUnreadable()).toEqual([]);
    expect(heldBy(registry)).toEqual(grown(name, 4));
    await change(registry);
    expect(await shownByRestart()).toEqual({ mine: heldBy(registry), fine });
    expect((await readdir(store.own)).filter((file) => file.endsWith('.tmp'))).toEqual([]);
  });
});

test('a file that had to be written again is observed', async () => {
  const unfinished: string[] = [];
  const observer = { ...UNOBSERVED, unfinished: ({ message }: Error) => unfinished.push(message) };
  const registry = await CurveRegistry.open(new FileStore(store.folder), LIMITS, observer);
  onTestFinished(() => registry.close());
  await rm(store.inOwn('version-3.json'));
  await registry.rollBack(name, 2);
  expect(unfinished).toEqual([`${store.inOwn('version-3.json')} was not what was stored: written again`]);
});

test('curves that are put there under a running process are not overwritten: changes are refused until a restart', async () => {
  const { own, folder } = await makeStoreFolder('org/back');
  const registry = await store.openRegistry();
  const back = grown('org/back', 2);
  const backup = new FileStore(folder);
  await backup.open();
  await backup.save(back);
  await backup.close();
  await cp(own, join(store.folder, basename(own)), { recursive: true });
  await expect(registry.add(curveOf('org/back'))).rejects.toThrow(/could not be stored/);
  await registry.close();
  expect((await store.load()).histories).toContainEqual(back);
});

describe('the last number that a version can have', () => {
  test('is given, and after it a fit is refused; a restart shows the same', async () => {
    await store.save({ ...cleared(grown(name, 4)), nextVersion: LAST_VERSION });
    const registry = await store.openRegistry();
    expect((await registry.add(curveOf(name))).version).toBe(LAST_VERSION);
    await expect(registry.add(curveOf(name))).rejects.toThrow(/numbered up to the last one/);
    expect(await shownByRestart()).toEqual({ mine: heldBy(registry), fine });
    expect(await registry.delete(name, undefined)).toEqual([LAST_VERSION]);
    await expect(registry.add(curveOf(name))).rejects.toThrow(/numbered up to the last one/);
    expect((await shownByRestart()).mine).toMatchObject({ nextVersion: LAST_VERSION + 1, versions: [] });
  });

  test.each(['version-999999999999999.json', 'version-9007199254740993.json'])(
    'is not moved by %s, which no service wrote',
    async (file) => {
      await writeFile(store.inOwn(file), '{}');
      const registry = await store.openRegistry();
      expect((await registry.add(curveOf(name))).version).toBe(5);
      expect(await shownByRestart()).toEqual({ mine: heldBy(registry), fine });
    },
  );
});
