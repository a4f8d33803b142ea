import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { neededPairs } from '../../../src/calibration/audit/dispute-tally.js';
import {
  type AskedPair,
  DEFAULT_DRAW,
  DisputeSearch,
  type DrawSettings,
  findDisputes,
  type ScoredSamples,
} from '../../../src/calibration/audit/disputed-pairs.js';
import { equally, isUniform } from './chi-square.js';

const column = (values: readonly number[]) => Float64Array.from(values);

/** Few values, so that ties before and after are common. */
const small = fc.integer({ min: -2, max: 2 });

/** Samples of several prompts in any order, with ids that are unique within a prompt alone. */
const someSamples = fc
  .array(
    fc.array(fc.record({ reward: small, bias: small, length: fc.nat(3) }), { minLength: 1, maxLength: 7 }),
    {
      minLength: 1,
      maxLength: 6,
    },
  )
  .map((prompts) =>
    prompts.flatMap((responses, prompt) =>
      responses.map((response, i) => ({ ...response, prompt: `p${prompt}`, id: `r${i}` })),
    ),
  );
type Row = { reward: number; bias: number; length: number; prompt: string; id: string };

function toSamples(rows: readonly Row[]): ScoredSamples {
  const prompts = [...new Set(rows.map(({ prompt }) => prompt))];
  return {
    rewards: column(rows.map(({ reward }) => reward)),
    biases: column(rows.map(({ bias }) => bias)),
    lengths: column(rows.map(({ length }) => length)),
    groups: Int32Array.from(rows, ({ prompt }) => prompts.indexOf(prompt)),
    ids: rows.map(({ id }) => id),
    prompts,
  };
}

const draw = (settings: Partial<DrawSettings>): DrawSettings => ({ ...DEFAULT_DRAW, ...settings });

/** s of the method. */
const s = (difference: number) => (difference > 0 ? 1 : difference === 0 ? 0.5 : 0);

/** The method's definitions, word by word. */
function countByDefinition(rows: readonly Row[]) {
  let [pairs, disputed, weight, shorter] = [0, 0, 0, 0];
  for (const [i, one] of rows.entries()) {
    for (const other of rows.slice(i + 1)) {
      if (one.prompt !== other.prompt) continue;
      const before = one.reward - other.reward;
      const after = before - (one.bias - other.bias);
      pairs++;
      weight += Math.abs(s(after) - s(before));
      if (before * after >= 0) continue;
      disputed++;
      const [preferred, loser] = after > 0 ? [one, other] : [other, one];
      if (preferred.length < loser.length) shorter++;
    }
  }
  return { pairs, disputed, weight, shorter };
}

/** The ids of a pair, without its sides. */
const nameOf = (rows: readonly Row[], { left, right }: AskedPair) =>
  [left, right]
    .map(({ index }) => `${rows[index]?.prompt}/${rows[index]?.id}`)
    .sort()
    .join(' ');

describe('the disputed pairs', () => {
  test('are those that the definitions of the method give, with their shares', () => {
    fc.assert(
      fc.property(someSamples, fc.nat(), (rows, seed) => {
        const expected = countByDefinition(rows);
        const { pool, asked } = findDisputes(toSamples(rows), draw({ seed, count: 1_000 }));
        expect([pool.pairs, pool.disputed]).toEqual([expected.pairs, expected.disputed]);
        expect(pool.shareDisputed).toBe(expected.disputed / Math.max(1, expected.pairs));
        expect(pool.effectiveShare).toBeCloseTo(expected.weight / Math.max(1, expected.pairs), 12);
        expect(pool.halfChanged).toBe(2 * (expected.weight - expected.disputed));
        const shorter = expected.disputed === 0 ? null : expected.shorter / expected.disputed;
        expect(pool.shorterPreferred).toBe(shorter);
        expect(new Set(asked.map((pair) => nameOf(rows, pair))).size).toBe(expected.disputed);
        for (const { left, right, calibrated } of asked) {
          const [higher, lower] = (calibrated === 'left' ? [left, right] : [right, left]).map(
            ({ index }) => rows[index],
          );
          expect(higher?.prompt).toBe(lower?.prompt);
          expect(Number(higher?.reward)).toBeLessThan(Number(lower?.reward));
          const [above, below] = [higher, lower].map((row) => Number(row?.reward) - Number(row?.bias));
          expect(above).toBeGreaterThan(Number(below));
        }
      }),
    );
  });

  test('are drawn alike in any order of the samples, sides included', () => {
    const shuffled = someSamples.chain((rows) =>
      fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length })),
    );
    fc.assert(
      fc.property(
        shuffled,
        fc.nat(),
        fc.constantFrom('pairs', 'best-of-n'),
        ([rows, others], seed, purpose) => {
          const settings = draw({ seed, purpose, count: 3 });
          const [one, other] = [rows, others].map((order) => {
            const { pool, asked } = findDisputes(toSamples(order), settings);
            return {
              pool,
              asked: asked.map((pair) => ({
                left: order[pair.left.index],
                right: order[pair.right.index],
                calibrated: pair.calibrated,
              })),
            };
          });
          expect(one).toEqual(other);
        },
      ),
    );
  });

  test('found group by group are those found in all samples at once', () => {
    fc.assert(
      fc.property(someSamples, fc.nat(), fc.boolean(), (rows, seed, named) => {
        const settings = draw({ seed, count: 4 });
        const search = new DisputeSearch<string>(settings);
        for (const prompt of new Set(rows.map((row) => row.prompt))) {
          const group = rows.filter((row) => row.prompt === prompt);
          search.add({
            rewards: group.map(({ reward }) => reward),
            biases: group.map(({ bias }) => bias),
            lengths: group.map(({ length }) => length),
            carried: group.map(({ id }) => `text of ${prompt}/${id}`),
            ...(named ? { ids: group.map(({ id }) => id), prompt } : {}),
          });
        }
        const { ids, prompts, ...unnamed } = toSamples(rows);
        const whole = findDisputes<string>(
          {
            ...unnamed,
            ...(named ? { ids, prompts } : {}),
            carried: rows.map(({ prompt, id }) => `text of ${prompt}/${id}`),
          },
          settings,
        );
        expect(search.result()).toEqual(whole);
        for (const { left } of whole.asked)
          expect(left.carried).toBe(`text of ${rows[left.index]?.prompt}/${rows[left.index]?.id}`);
      }),
    );
  });

  test('come one of a prompt before a second of any, and a longer draw begins with the shorter one', () => {
    fc.assert(
      fc.property(someSamples, fc.nat(), fc.nat(12), (rows, seed, count) => {
        const all = findDisputes(toSamples(rows), draw({ seed, count: 1_000 })).asked;
        expect(findDisputes(toSamples(rows), draw({ seed, count })).asked).toEqual(all.slice(0, count));
        const seen = new Map<number, number>();
        const turns = all.map(({ prompt }) => {
          const turn = seen.get(prompt) ?? 0;
          seen.set(prompt, turn + 1);
          return turn;
        });
        expect(turns).toEqual(turns.toSorted((a, b) => a - b));
      }),
    );
  });
});

/** Prompts of which each has so many disputed pairs: one response is overtaken by each of the others. */
function promptsWith(disputes: readonly number[]): ScoredSamples {
  const rows = disputes.flatMap((count, group) => [
    { reward: count + 1, bias: count + 1, group },
    ...Array.from({ length: count }, (_, i) => ({ reward: count - i, bias: 0, group })),
  ]);
  return {
    rewards: column(rows.map(({ reward }) => reward)),
    biases: column(rows.map(({ bias }) => bias)),
    groups: Int32Array.from(rows, ({ group }) => group),
  };
}

const SEEDS = 4_000;

/** How often each prompt and each pair is drawn, over neighbouring seeds. */
function frequencies(samples: ScoredSamples, count: number) {
  const pairs = new Map<string, number>();
  const prompts = new Map<number, number>();
  let leftCalibrated = 0;
  for (let seed = 0; seed < SEEDS; seed++) {
    for (const { left, right, prompt, calibrated } of findDisputes(samples, draw({ seed, count })).asked) {
      const name = [left.index, right.index].sort((a, b) => a - b).join(' ');
      pairs.set(name, (pairs.get(name) ?? 0) + 1);
      prompts.set(prompt, (prompts.get(prompt) ?? 0) + 1);
      if (calibrated === 'left') leftCalibrated++;
    }
  }
  const byPrompt = [...prompts].sort(([a], [b]) => a - b).map(([, times]) => times);
  return { byPair: [...pairs.values()], byPrompt, leftCalibrated };
}

describe('over many seeds', () => {
  test.each([
    ['places', undefined],
    ['numbers as ids', (i: number) => `${i}`],
    ['long ids with a common beginning', (i: number) => `2026-11-27/policy-7b/step-000000/sample-${i}`],
  ])('every disputed pair is drawn as often as any other, and on either side: by %s', (_, idOf) => {
    const samples = promptsWith(equally(40, 3));
    const ids = idOf && Array.from(samples.groups, (_group, i) => idOf(i));
    const { byPair, byPrompt, leftCalibrated } = frequencies({ ...samples, ids }, 10);
    expect([byPair.length, byPrompt.length]).toEqual([120, 40]);
    expect(isUniform(byPair, equally(120, (SEEDS * 10) / 120))).toBe(true);
    expect(isUniform(byPrompt, equally(40, (SEEDS * 10) / 40))).toBe(true);
    const draws = SEEDS * 10;
    expect(isUniform([leftCalibrated, draws - leftCalibrated], equally(2, draws / 2))).toBe(true);
  });

  test('a first pair is drawn uniformly from all, however many its prompt has', () => {
    const { byPair, byPrompt } = frequencies(promptsWith([1, 2, 3, 8]), 1);
    expect(isUniform(byPair, equally(14, SEEDS / 14))).toBe(true);
    expect(
      isUniform(
        byPrompt,
        [1, 2, 3, 8].map((count) => (SEEDS * count) / 14),
      ),
    ).toBe(true);
  });

  test('a second one is drawn uniformly from the other prompts', () => {
    const disputes = [1, 2, 3];
    // P(first) + P(second), by the two orders.
    const expected = disputes.map((own, i) =>
      disputes.reduce((sum, other, k) => (k === i ? sum : sum + (other / 6) * (own / (6 - other))), own / 6),
    );
    const { byPrompt } = frequencies(promptsWith(disputes), 2);
    // Two draws of three: the third prompt follows from the others, and counts vary less than a Poisson's.
    expect(
      isUniform(
        byPrompt,
        expected.map((share) => SEEDS * share),
        2,
      ),
    ).toBe(true);
  });

  test('of more than 16 responses each is drawn as often as any other, and their pairs are counted', () => {
    const size = 24;
    const times = new Float64Array(size);
    for (let seed = 0; seed < SEEDS; seed++) {
      const { pool, asked } = findDisputes(promptsWith([size - 1]), draw({ seed, count: 1_000 }));
      expect(pool.pairs).toBe(120);
      for (const index of new Set(asked.flatMap(({ left, right }) => [left.index, right.index])))
        times[index] = (times[index] ?? 0) + 1;
    }
    // The first response is in every disputed pair; the others are seen where both are drawn.
    const both = (SEEDS * 16 * 15) / (size * (size - 1));
    expect(isUniform(times.subarray(1), equally(size - 1, both))).toBe(true);
    expect(Math.abs(Number(times[0]) / SEEDS - 16 / size)).toBeLessThan(0.04);
  });
});

describe('for best-of-n', () => {
  test('the pair of a prompt is the best response by raw and the best by calibrated reward', () => {
    fc.assert(
      fc.property(someSamples, fc.nat(), (rows, seed) => {
        const { pool, asked } = findDisputes(
          toSamples(rows),
          draw({ seed, count: 1_000, purpose: 'best-of-n' }),
        );
        const groups = [...new Set(rows.map(({ prompt }) => prompt))]
          .map((prompt) => rows.filter((row) => row.prompt === prompt))
          .filter((group) => group.length > 1);
        expect([pool.pairs, pool.prompts]).toEqual([groups.length, groups.length]);
        const bests = groups.map((group) => {
          const raw = Math.max(...group.map(({ reward }) => reward));
          const calibrated = Math.max(...group.map(({ reward, bias }) => reward - bias));
          return {
            before: group.filter(({ reward }) => reward === raw),
            after: group.filter(({ reward, bias }) => reward - bias === calibrated),
          };
        });
        const changed = bests.filter(({ before, after }) => !before.some((row) => after.includes(row)));
        expect(pool.disputed).toBe(changed.length);
        expect(asked).toHaveLength(changed.length);
        // The same response may be picked before and after, but not every one that may be picked.
        const halves = bests.filter(
          ({ before, after }) =>
            before.some((row) => after.includes(row)) &&
            (before.length !== after.length || !before.every((row) => after.includes(row))),
        );
        expect(pool.halfChanged).toBe(halves.length);
        for (const { left, right, calibrated } of asked) {
          const [after, before] = (calibrated === 'left' ? [left, right] : [right, left]).map(
            ({ index }) => rows[index] as Row,
          );
          const best = changed.find((each) => each.before.includes(before as Row));
          expect(best?.after).toContain(after);
        }
      }),
    );
  });
});

test('samples without any pair have no disputed ones, and none can be met', () => {
  const { pool, asked } = findDisputes(promptsWith([0, 0]), DEFAULT_DRAW);
  expect(pool).toEqual({
    pairs: 0,
    disputed: 0,
    halfChanged: 0,
    shareDisputed: 0,
    effectiveShare: 0,
    prompts: 0,
    disputedPrompts: 0,
    singles: 2,
    drawn: 0,
    shorterPreferred: null,
  });
  expect(asked).toEqual([]);
  expect(neededPairs(pool)).toBeNull();
});

test('the pairs to score for 20 disputed ones follow from their share', () => {
  const { pool } = findDisputes(promptsWith(equally(5, 2)), DEFAULT_DRAW);
  // Two disputed of three pairs.
  expect(pool.shareDisputed).toBeCloseTo(2 / 3, 12);
  expect([neededPairs(pool), neededPairs(pool, 7)]).toEqual([30, 11]);
});
