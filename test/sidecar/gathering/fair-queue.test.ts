import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FairQueue } from '../../../src/sidecar/gathering/fair-queue.js';

interface Item {
  readonly client: string;
  readonly key: string;
  readonly number: number;
}

const names = (...all: string[]) => fc.constantFrom(...all);

const operations = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        add: fc.record({ client: names('a', 'b', 'c', 'd'), key: names('', 'x', 'y') }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ take: fc.integer({ min: 1, max: 5 }) }) },
    { weight: 1, arbitrary: fc.record({ remove: fc.nat() }) },
  ),
  { maxLength: 120 },
);

/** A queue beside a plain list of what must be in it, in order of arrival. */
class Both {
  readonly queue = new FairQueue<Item>();
  list: Item[] = [];
  #number = 0;

  add(client: string, key: string): void {
    const item = { client, key, number: this.#number++ };
    this.queue.add(item);
    this.list.push(item);
  }

  remove(item: Item | undefined): void {
    if (item === undefined) return;
    this.queue.delete(item);
    this.list = this.list.filter((one) => one !== item);
  }

  take(most: number): Item[] {
    const { together } = this.queue;
    const taken = this.queue.take(most);
    expect(new Set(taken.map(({ key }) => key)).size).toBeLessThanOrEqual(1);
    const same = this.list.filter(({ key }) => key === taken[0]?.key);
    expect(together).toBe(same.length);
    expect(taken).toHaveLength(Math.min(most, same.length));
    for (const client of new Set(taken.map((item) => item.client))) {
      const own = (items: readonly Item[]) => items.filter((item) => item.client === client);
      expect(own(taken)).toEqual(own(same).slice(0, own(taken).length));
    }
    this.list = this.list.filter((item) => !taken.includes(item));
    expect(this.queue.size).toBe(this.list.length);
    expect(this.queue.oldest).toBe(this.list[0]);
    return taken;
  }
}

function queueAfter(
  made: readonly { add?: { client: string; key: string }; take?: number; remove?: number }[],
): Both {
  const both = new Both();
  for (const { add, take, remove } of made) {
    if (add !== undefined) both.add(add.client, add.key);
    if (take !== undefined) both.take(take);
    if (remove !== undefined) both.remove(both.list[remove % (both.list.length || 1)]);
  }
  return both;
}

describe('items of several clients and keys', () => {
  test('are taken with one key at a time, as many as there are, each client in order', () => {
    fc.assert(
      fc.property(operations, (made) => {
        const { queue, list } = queueAfter(made);
        for (const key of ['', 'x', 'y']) {
          expect(queue.hasOnly(key)).toBe(list.every((item) => item.key === key));
        }
        expect(queue.takeAll()).toEqual(list);
        expect([queue.size, queue.together, queue.oldest]).toEqual([0, 0, undefined]);
      }),
      { numRuns: 500 },
    );
  });

  test('of a client come within as many takes as there are clients, whatever its or their keys are', () => {
    fc.assert(
      fc.property(operations, fc.integer({ min: 1, max: 4 }), (made, most) => {
        const both = queueAfter(made);
        const clients = new Set(both.list.map(({ client }) => client));
        const served = new Set<string>();
        for (let takes = 0; takes < clients.size; takes++) {
          for (const { client } of both.take(most)) served.add(client);
          // The others keep on coming.
          for (const client of clients) if (served.has(client)) both.add(client, 'x');
        }
        expect(served).toEqual(clients);
      }),
      { numRuns: 500 },
    );
  });

  test('of one key are not starved by those of another, whichever client sends which', () => {
    fc.assert(
      fc.property(operations, fc.integer({ min: 1, max: 4 }), (made, most) => {
        const both = queueAfter(made);
        const waiting = [...both.list];
        // A turn of every client for each of its keys and each item before.
        for (let takes = 0; takes < 4 * 3 * (waiting.length + 1); takes++) {
          both.take(most);
          for (const client of ['a', 'b', 'c', 'd']) both.add(client, 'x');
        }
        for (const item of waiting) expect(both.list).not.toContain(item);
      }),
      { numRuns: 30 },
    );
  });

  test('take turns as before where all have one key', () => {
    const both = new Both();
    for (const client of 'aaaabbbbcc') both.add(client, 'k');
    expect(
      both
        .take(5)
        .map(({ client }) => client)
        .join(''),
    ).toBe('abcab');
    expect(
      both
        .take(5)
        .map(({ client }) => client)
        .join(''),
    ).toBe('cabab');
  });

  test('a client with many keys delays another by one batch, not by as many as its keys', () => {
    const both = new Both();
    for (let i = 0; i < 1_000; i++) both.add('many', `key ${i}`);
    both.add('other', '');
    both.take(8);
    expect(both.take(8).map(({ client }) => client)).toEqual(['other']);
  });
});
