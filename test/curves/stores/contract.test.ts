import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type CurveHistory, cleared } from '../../../src/curves/curve-history.js';
import type { CurveStore } from '../../../src/curves/stores/curve-store.js';
import { FileStore } from '../../../src/curves/stores/file-store.js';
import { MemoryStore } from '../../../src/curves/stores/memory-store.js';
import { audited, grown, temporaryFolder } from '../../support/curves.js';

/** Gives a store, and again one of the same place as a restarted process would. */
type Reopen = () => Promise<CurveStore>;

const stores: Record<string, () => Promise<Reopen>> = {
  memory: async () => {
    const store = new MemoryStore();
    return async () => store;
  },
  file: async () => {
    const folder = await temporaryFolder();
    let last: FileStore | undefined;
    onTestFinished(() => last?.close());
    return async () => {
      await last?.close();
      last = new FileStore(join(folder, 'made', 'by the store'));
      return last;
    };
  },
};

async function historiesOf(store: CurveStore): Promise<readonly CurveHistory[]> {
  const { histories, unreadable } = await store.open();
  expect(unreadable).toEqual([]);
  return histories;
}

describe.each(Object.entries(stores))('every store: %s', (_, create) => {
  test('gives back what was saved, to the bit, and nothing at first', async () => {
    const reopen = await create();
    const [a, b] = [grown('org/a', 2), audited(grown('../🏆 b', 5))];
    const store = await reopen();
    expect(await historiesOf(store)).toEqual([]);
    expect(await store.save(a)).toEqual([]);
    await store.save(b);
    await store.probe();
    const stored = await historiesOf(await reopen());
    const byName = (x: CurveHistory, y: CurveHistory) => (x.rewardModel < y.rewardModel ? -1 : 1);
    expect([...stored].sort(byName)).toEqual([a, b].sort(byName));
  });

  test('a later save attaches audits and takes them off', async () => {
    const reopen = await create();
    const store = await reopen();
    await store.open();
    const plain = grown('org/a', 3);
    await store.save(plain);
    await store.save(audited(plain));
    const second = await reopen();
    expect(await historiesOf(second)).toEqual([audited(plain)]);
    await second.save(plain);
    expect(await historiesOf(await reopen())).toEqual([plain]);
  });

  test('a later save replaces the earlier one, also when it has fewer versions', async () => {
    const reopen = await create();
    const store = await reopen();
    await store.open();
    await store.save(grown('org/a', 2));
    await store.save(grown('org/a', 6));
    const second = await reopen();
    expect(await historiesOf(second)).toEqual([grown('org/a', 6)]);
    await second.save(cleared(grown('org/a', 6)));
    expect(await historiesOf(await reopen())).toEqual([cleared(grown('org/a', 6))]);
  });
});
