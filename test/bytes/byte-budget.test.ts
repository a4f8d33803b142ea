import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ALWAYS_TAKEN, ByteBudget, HeldBytes } from '../../src/bytes/byte-budget.js';

describe('bytes in flight', () => {
  test('are had while there is room, and refused beyond it', () => {
    const budget = new ByteBudget(10 * ALWAYS_TAKEN);
    const [first, second] = [new HeldBytes(budget), new HeldBytes(budget)];
    expect(first.set(8 * ALWAYS_TAKEN)).toBe(true);
    expect(second.set(3 * ALWAYS_TAKEN)).toBe(false);
    expect(budget.held).toBe(8 * ALWAYS_TAKEN);
    first.release();
    expect(second.set(3 * ALWAYS_TAKEN)).toBe(true);
  });

  test('of a small request are always had', () => {
    const budget = new ByteBudget(2 * ALWAYS_TAKEN);
    new HeldBytes(budget).set(2 * ALWAYS_TAKEN);
    expect(new HeldBytes(budget).set(ALWAYS_TAKEN)).toBe(true);
    expect(new HeldBytes(budget).set(ALWAYS_TAKEN + 1)).toBe(false);
  });

  test('are the sum of what is held, whatever came and went', () => {
    const change = fc.record({ who: fc.nat(4), bytes: fc.nat(4 * ALWAYS_TAKEN) });
    fc.assert(
      fc.property(fc.array(change), (changes) => {
        const budget = new ByteBudget(6 * ALWAYS_TAKEN);
        const holders = Array.from({ length: 5 }, () => new HeldBytes(budget));
        const held = new Array<number>(5).fill(0);
        for (const { who, bytes } of changes) {
          if (holders[who]?.set(bytes)) held[who] = bytes;
          expect(budget.held).toBe(held.reduce((sum, each) => sum + each, 0));
        }
        for (const holder of holders) holder.release();
        expect(budget.held).toBe(0);
      }),
    );
  });
});
