import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PairTally } from '../../../src/calibration/preference/pair-tally.js';
import {
  DEFAULT_PAIR_SETTINGS,
  MAX_SEED,
  type PairSettings,
  type SameText,
  SELECTIONS,
  selectPairs as selectPairsOf,
} from '../../../src/calibration/preference/preference-pairs.js';

interface Golden {
  rewards: number[];
  min_margin: number;
  best_worst: [number, number] | null;
  all_above_margin: [number, number][];
}

const golden: Golden[] = JSON.parse(
  readFileSync(new URL('../golden/preference-pairs.json', import.meta.url), 'utf8'),
);

/** Few different values, so that ties are common, and any others. */
const rewards = fc.array(
  fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ min: -1e6, max: 1e6, noNaN: true })),
  { minLength: 1, maxLength: 12 },
);
const groups = fc.nat({ max: MAX_SEED });
const settings = fc.record({
  select: fc.constantFrom(...SELECTIONS),
  minMargin: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 4, noNaN: true })),
  seed: fc.nat({ max: MAX_SEED }),
});

const different: SameText = () => false;
const selectPairs = (values: number[], given: PairSettings, group: number, isSame = different) =>
  selectPairsOf(values, given, group, isSame);

const bestRandom: PairSettings = { select: 'best-random', minMargin: 0, seed: 1 };
const drawn = (values: number[], given: PairSettings, group: number) =>
  selectPairs(values, given, group).pairs[0]?.rejected ?? -1;

describe('the pairs of one group', () => {
  test('are those that numpy takes, ties included', () => {
    expect(golden.length).toBeGreaterThan(100);
    for (const { rewards: values, min_margin: minMargin, ...expected } of golden) {
      const pairsOf = (select: PairSettings['select']) =>
        selectPairs(values, { select, minMargin, seed: 0 }, 0).pairs.map((pair) => [
          pair.chosen,
          pair.rejected,
        ]);
      expect(pairsOf('best-worst')).toEqual(expected.best_worst === null ? [] : [expected.best_worst]);
      expect(pairsOf('all-above-margin')).toEqual(expected.all_above_margin);
    }
  });

  test('have a chosen response above the rejected one, by more than min_margin and by just the margin', () => {
    fc.assert(
      fc.property(rewards, settings, groups, (values, given, group) => {
        for (const { chosen, rejected, margin } of selectPairs(values, given, group).pairs) {
          expect(values[chosen]).toBeGreaterThan(values[rejected] ?? Number.NaN);
          expect(margin).toBe((values[chosen] ?? 0) - (values[rejected] ?? 0));
          expect(margin).toBeGreaterThan(given.minMargin);
        }
      }),
    );
  });

  test('are of the same responses in whatever order those come', () => {
    const distinct = fc.uniqueArray(fc.double({ min: -1e6, max: 1e6, noNaN: true }), {
      minLength: 2,
      comparator: 'IsStrictlyEqual',
    });
    const shuffled = distinct.chain((values) =>
      fc.tuple(fc.constant(values), fc.shuffledSubarray(values, { minLength: values.length })),
    );
    fc.assert(
      fc.property(shuffled, fc.constantFrom('best-worst', 'all-above-margin'), ([one, other], select) => {
        const chosen = (values: number[]) =>
          selectPairs(values, { ...DEFAULT_PAIR_SETTINGS, select }, 0)
            .pairs.map((pair) => [values[pair.chosen], values[pair.rejected]].join())
            .sort();
        expect(chosen(other)).toEqual(chosen(one));
      }),
    );
  });

  test('are none with one response, equal rewards or too small a margin, and it says which', () => {
    const why = (values: number[], minMargin: number) =>
      selectPairs(values, { ...DEFAULT_PAIR_SETTINGS, minMargin }, 0).skipped;
    expect(why([1], 0)).toBe('single_response');
    expect(why([1, 1, 1], 0)).toBe('equal_rewards');
    expect(why([0, -0], 0)).toBe('equal_rewards');
    expect(why([1, 2], 1)).toBe('below_margin');
    expect(why([1, 2], 0.999)).toBeUndefined();
  });
});

describe('responses with the same text', () => {
  /** Few texts, so that the same ones are common. */
  const scored = fc.array(fc.tuple(fc.integer({ min: -3, max: 3 }), fc.nat({ max: 2 })), { minLength: 2 });

  test('make no pair, and a group of nothing else says so', () => {
    fc.assert(
      fc.property(scored, settings, groups, (responses, given, group) => {
        const values = responses.map(([reward]) => reward);
        const textOf = (i: number) => responses[i]?.[1];
        const isSame: SameText = (one, other) => textOf(one) === textOf(other);
        const { pairs, skipped } = selectPairs(values, given, group, isSame);
        for (const { chosen, rejected } of pairs) expect(textOf(chosen)).not.toBe(textOf(rejected));
        const all = selectPairs(values, { ...given, select: 'all-above-margin' }, group).pairs;
        const different = all.filter(({ chosen, rejected }) => !isSame(chosen, rejected));
        if (given.select === 'all-above-margin') expect(pairs).toEqual(different);
        if (all.length > 0 && different.length === 0) expect(skipped).toBe('same_text');
        expect(pairs.length === 0).toBe(skipped !== undefined);
      }),
    );
  });
});

describe('best-random', () => {
  test('takes the best and something worse, the same for the same seed and group', () => {
    fc.assert(
      fc.property(rewards, settings, groups, (values, given, group) => {
        const random = { ...given, select: 'best-random' } as const;
        const [pair] = selectPairs(values, random, group).pairs;
        const [widest] = selectPairs(values, { ...given, select: 'best-worst' }, group).pairs;
        expect(pair?.chosen).toBe(widest?.chosen);
        expect(selectPairs(values, random, group).pairs).toEqual(pair ? [pair] : []);
      }),
    );
  });

  // χ² with 3 degrees of freedom exceeds 21.1 once in 10,000 times.
  test.each([
    ['groups', (i: number) => drawn([5, 1, 2, 3, 4], bestRandom, i)],
    ['seeds', (i: number) => drawn([5, 1, 2, 3, 4], { ...bestRandom, seed: i }, 0)],
    ['groups far on', (i: number) => drawn([5, 1, 2, 3, 4], bestRandom, 1_000_000 + 1_024 * i)],
  ])('draws each of the others as often, over %s', (_, draw) => {
    const counts = [0, 0, 0, 0, 0];
    for (let i = 0; i < 40_000; i++) counts[draw(i)] = (counts[draw(i)] ?? 0) + 1;
    expect(counts[0]).toBe(0);
    const chiSquared = counts.slice(1).reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
    expect(chiSquared).toBeLessThan(21.1);
  });

  test('draws of neighbouring groups and seeds independently', () => {
    const draw = (seed: number, group: number) => drawn([1, 0, 0], { ...bestRandom, seed }, group);
    const agreeing = (other: (i: number) => number) =>
      Array.from({ length: 40_000 }, (_, i) => Number(draw(3, i) === other(i))).reduce((sum, is) => sum + is);
    // Binomial with p = ½: 20,000 ± 4 standard deviations of 100.
    for (const count of [agreeing((i) => draw(3, i + 1)), agreeing((i) => draw(4, i))])
      expect(Math.abs(count - 20_000)).toBeLessThan(400);
  });
});

describe('the tally', () => {
  const group = fc
    .array(fc.tuple(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -3, max: 3 }), fc.nat({ max: 500 })), {
      minLength: 1,
      maxLength: 8,
    })
    .map((responses) => ({
      raw: responses.map(([reward]) => reward),
      calibrated: responses.map(([, reward]) => reward),
      lengths: responses.map(([, , length]) => length),
    }));

  test('adds up', () => {
    fc.assert(
      fc.property(fc.array(group), settings, (given, options) => {
        const tally = new PairTally();
        const chosen = given.map(({ raw, calibrated, lengths }, i) => ({
          lengths,
          raw: selectPairs(raw, options, i),
          calibrated: selectPairs(calibrated, options, i),
        }));
        for (const one of chosen) tally.add(one);
        const { groups, responses, skipped, changed, ...sides } = tally.summary();
        expect(groups).toBe(given.length);
        expect(responses).toBe(given.flatMap(({ raw }) => raw).length);
        const paired = chosen.filter(({ calibrated }) => calibrated.pairs.length > 0).length;
        expect(paired + Object.values(skipped).reduce((sum, count) => sum + count)).toBe(groups);
        expect(changed).toBeLessThanOrEqual(sides.calibrated.pairs);
        for (const side of ['raw', 'calibrated'] as const) {
          const of = chosen.flatMap((one) => one[side].pairs.map((pair) => one.lengths[pair.chosen] ?? 0));
          expect(sides[side].pairs).toBe(of.length);
          if (of.length === 0) expect(sides[side]).toEqual({ pairs: 0, chosen: null, rejected: null });
          else expect(sides[side].chosen).toBe(of.reduce((sum, length) => sum + length) / of.length);
        }
      }),
    );
  });

  test('finds nothing changed where calibration changed nothing', () => {
    fc.assert(
      fc.property(fc.array(group), settings, (given, options) => {
        const tally = new PairTally();
        given.forEach(({ raw, lengths }, i) => {
          const choice = selectPairs(raw, options, i);
          tally.add({
            lengths,
            raw: choice,
            calibrated: selectPairs(
              raw.map((reward) => reward + 2),
              options,
              i,
            ),
          });
        });
        expect(tally.summary().changed).toBe(0);
      }),
    );
  });
});
