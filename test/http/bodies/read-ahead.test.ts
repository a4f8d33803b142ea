import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { ByteBudget, HeldBytes } from '../../../src/bytes/byte-budget.js';
import { ReadAhead } from '../../../src/http/bodies/read-ahead.js';

const TEXT = 'x'.repeat(50_000);

/** So many texts, and how many were made. */
function texts(count: number) {
  const seen = { made: 0, ended: false };
  async function* make() {
    try {
      for (; seen.made < count; seen.made++) yield `${seen.made} ${TEXT}`;
    } finally {
      seen.ended = true;
    }
  }
  return { seen, all: make() };
}

async function idle(): Promise<void> {
  for (let i = 0; i < 200; i++) await setImmediate();
}

describe('answers ahead of their reader', () => {
  test('come complete and in order, and hold nothing at the end', async () => {
    const budget = new ByteBudget(1_000_000);
    const numbers: number[] = [];
    for await (const text of new ReadAhead(texts(100).all, budget)) {
      numbers.push(Number.parseInt(text.toString(), 10));
      if (numbers.length % 7 === 0) await idle();
    }
    expect(numbers).toEqual(Array.from({ length: 100 }, (_, i) => i));
    expect(budget.held).toBe(0);
  });

  test('are made until the budget is full, and then one at a time', async () => {
    const budget = new ByteBudget(1_000_000);
    const { all, seen } = texts(1_000);
    const reader = new ReadAhead(all, budget)[Symbol.asyncIterator]();
    await reader.next();
    await idle();
    expect(seen.made).toBeGreaterThan(15);
    expect(seen.made).toBeLessThan(25);
    expect(budget.held).toBeLessThanOrEqual(1_000_000);
    await reader.return?.(undefined);
    expect(budget.held).toBe(0);
  });

  test('go on where others hold everything', async () => {
    const budget = new ByteBudget(100_000);
    new HeldBytes(budget).set(100_000);
    let count = 0;
    for await (const _ of new ReadAhead(texts(50).all, budget)) count++;
    expect(count).toBe(50);
  });

  test('are no longer made for a reader that leaves', async () => {
    const { all, seen } = texts(1_000);
    for await (const _ of new ReadAhead(all, new ByteBudget(100_000))) break;
    await idle();
    expect(seen.ended).toBe(true);
    expect(seen.made).toBeLessThan(10);
  });

  test('end with the error of what makes them, behind what was made', async () => {
    async function* failing() {
      yield 'a';
      throw new Error('broken');
    }
    const got: string[] = [];
    const read = async () => {
      for await (const text of new ReadAhead(failing(), new ByteBudget(100))) got.push(text.toString());
    };
    await expect(read()).rejects.toThrow('broken');
    expect(got).toEqual(['a']);
  });
});
