import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BUILT_IN_CHARACTERISTICS } from '../../src/calibration/characteristics.js';
import { InvalidInput } from '../../src/calibration/errors.js';
import { MAX_CHARACTERISTICS } from '../../src/calibration/samples.js';
import { SampleWindow } from '../../src/fitting/sample-window.js';

type Row = { reward: number; chars?: number; tokens?: number };

function add(window: SampleWindow, rows: Row[], names: ('chars' | 'tokens')[]): void {
  window.add({
    rewards: Float64Array.from(rows, ({ reward }) => reward),
    characteristics: new Map(names.map((name) => [name, Float64Array.from(rows, (row) => row[name] ?? NaN)])),
  });
}

const row = fc.record(
  { reward: fc.integer(), chars: fc.nat(), tokens: fc.nat() },
  { requiredKeys: ['reward'] },
);
const batch = fc.record({
  rows: fc.array(row, { maxLength: 1_500 }),
  names: fc.subarray(['chars', 'tokens'] as const),
});

describe('the window of recent samples', () => {
  test('holds the last samples in order, whatever the batches', () => {
    fc.assert(
      fc.property(
        fc.array(batch, { maxLength: 8 }),
        fc.integer({ min: 1, max: 3_000 }),
        (batches, capacity) => {
          const window = new SampleWindow(capacity);
          const model: Row[] = [];
          for (const { rows, names } of batches) {
            add(window, rows, [...names]);
            model.push(
              ...rows.map((r) => ({
                reward: r.reward,
                ...Object.fromEntries(names.map((name) => [name, r[name]])),
              })),
            );
          }
          const held = model.slice(-capacity);
          expect(window.size).toBe(held.length);
          for (const names of [['chars'], ['tokens'], ['chars', 'tokens']] as const) {
            const complete = held.filter((r) => names.every((name) => r[name] !== undefined));
            const selected = window.select(names);
            expect(Array.from(selected.rewards)).toEqual(complete.map(({ reward }) => reward));
            for (const name of names) {
              expect(Array.from(selected.characteristics.get(name) ?? [])).toEqual(
                complete.map((r) => r[name]),
              );
            }
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  test('refuses more characteristics than it may hold, and keeps what it has', () => {
    const window = new SampleWindow(10);
    const batchOf = (names: string[]) => ({
      rewards: Float64Array.of(1),
      characteristics: new Map(names.map((name) => [name, Float64Array.of(2)])),
    });
    const names = Array.from({ length: MAX_CHARACTERISTICS }, (_, i) => `c${i}`);
    window.add(batchOf(names));
    expect(() => window.add(batchOf(['one-more']))).toThrow(InvalidInput);
    expect(window.size).toBe(1);
    window.add(batchOf(names));
    expect(window.size).toBe(2);
  });
  const batchOf = (names: string[], size = 1) => ({
    rewards: new Float64Array(size).fill(1),
    characteristics: new Map(names.map((name) => [name, new Float64Array(size).fill(2)])),
  });
  const own = (count: number, prefix = 'c') => Array.from({ length: count }, (_, i) => `${prefix}${i}`);

  test('always has room for what the service measures itself', () => {
    const window = new SampleWindow(10);
    window.add(batchOf(own(MAX_CHARACTERISTICS)));
    window.add(batchOf(Object.keys(BUILT_IN_CHARACTERISTICS)));
    expect(window.characteristics).toHaveLength(
      MAX_CHARACTERISTICS + Object.keys(BUILT_IN_CHARACTERISTICS).length,
    );
    expect(() => window.add(batchOf(['one-more']))).toThrow(InvalidInput);
  });

  test('forgets a characteristic with the last sample that had it, which makes room for another', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 7 }), (capacity, size) => {
        const window = new SampleWindow(capacity);
        window.add(batchOf(own(MAX_CHARACTERISTICS, 'junk')));
        for (let since = 0; since < capacity; since += size) {
          expect(window.characteristics).toContain('junk0');
          expect(() => window.add(batchOf(['one-more']))).toThrow(InvalidInput);
          window.add(batchOf(['chars'], size));
        }
        expect(window.characteristics).toEqual(['chars']);
        window.add(batchOf(own(MAX_CHARACTERISTICS)));
        expect(window.characteristics).toContain('c0');
      }),
    );
  });
});
