import fc from 'fast-check';
import { sampleCorrelation, sampleRankCorrelation } from 'simple-statistics';
import { describe, expect, test } from 'vitest';
import { ColumnOrder } from '../../../src/calibration/statistics/column-order.js';
import { rankingOf } from '../../../src/calibration/statistics/column-ranking.js';
import { pearson, spearman } from '../../../src/calibration/statistics/correlation.js';
import { orderBySteps } from '../../../src/calibration/statistics/order-by-steps.js';
import { sortedOrder } from '../../../src/lowess/sorted-order.js';

/** Values that ranks must tell apart, or must not: zeros of either sign, neighbours, the ends of doubles. */
const kinds = [
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(0, -0, 5e-324, -5e-324, Number.MAX_VALUE, -Number.MAX_VALUE),
  fc.integer({ min: -40, max: 40 }),
  fc.integer({ min: 0, max: 10_000 }).map((steps) => 1 + steps * Number.EPSILON),
  fc.integer({ min: 0, max: 9 }).map((tenths) => -tenths / 10),
  fc.constantFrom(2 ** 53, 2 ** 53 - 1, 2 ** 53 - 0.5, 0.5),
];
/** Columns of one kind, and of several; up to some hundreds of neighbouring values. */
const column = fc
  .constantFrom(...kinds, fc.oneof(...kinds))
  .chain((kind) => fc.array(kind, { minLength: 1, maxLength: 300 }))
  .map((list) => Float64Array.from(list));

describe('the order of a column', () => {
  test('is that of a stable comparison sort', () => {
    fc.assert(
      fc.property(column, (values) => {
        const expected = Array.from(values.keys()).sort(
          (a, b) => Number(values[a] ?? 0) - Number(values[b] ?? 0) || a - b,
        );
        expect(Array.from(sortedOrder(values))).toEqual(expected);
        expect(Array.from(orderBySteps(values) ?? expected)).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  test('gives the distinct values, how often each occurs, and where each sample’s stands', () => {
    fc.assert(
      fc.property(column, (given) => {
        const { values, counts, places } = rankingOf(given);
        expect(Array.from(values)).toEqual(
          [...new Set(Array.from(given, (value) => value + 0))].sort((a, b) => a - b),
        );
        expect(Array.from(places, (place) => values[place])).toEqual(Array.from(given, (value) => value + 0));
        expect(Array.from(counts)).toEqual(
          Array.from(values, (value) => given.filter((other) => other === value).length),
        );
      }),
      { numRuns: 300 },
    );
  });

  test('of no values has none', () => {
    expect(rankingOf(new Float64Array())).toEqual({
      values: new Float64Array(),
      counts: new Int32Array(),
      places: new Int32Array(),
    });
  });

  test.each([
    ['equal high halves in long runs', (i: number) => 1e9 + ((i * 7_919) % 5_000) / 4_194_304],
    ['few values', (i: number) => ((i * 7_919) % 11) / 10],
    ['whole numbers far from 0', (i: number) => 1e15 + ((i * 7_919) % 5_000)],
    ['both signs', (i: number) => Math.sin(i * 12.9898) * 10 ** (i % 40)],
  ])('holds with %s', (_, nth) => {
    const values = Float64Array.from({ length: 5_000 }, (_, i) => nth(i));
    const { values: distinct, places } = rankingOf(values);
    expect(distinct).toEqual(Float64Array.from(new Set(values)).sort());
    expect(Array.from(places, (place) => distinct[place])).toEqual(Array.from(values));
  });
});

const moderate = fc.double({ min: -1e6, max: 1e6, noNaN: true });
const value = fc.oneof(moderate, fc.integer({ min: -3, max: 3 }));
const rows = fc.array(fc.tuple(value, value), { minLength: 2, maxLength: 200 });

describe('correlations', () => {
  test('agree with another program, ties and all', () => {
    fc.assert(
      fc.property(rows, (pairs) => {
        const [x, y] = [pairs.map(([a]) => a), pairs.map(([, b]) => b)];
        const [columnX, columnY] = [Float64Array.from(x), Float64Array.from(y)];
        const isConstant = new Set(columnX.map((v) => v + 0)).size < 2 || new Set(columnY).size < 2;
        fc.pre(!isConstant);
        // Its own squares underflow where deviations are tiny.
        const ranks = sampleRankCorrelation(x, y);
        if (Number.isFinite(ranks))
          expect(Math.abs((spearman(columnX, columnY) ?? 9) - ranks)).toBeLessThan(1e-14);
      }),
    );
  });

  test('of values agree with another program', () => {
    const x = Float64Array.from({ length: 3_000 }, (_, i) => 1e6 + Math.sin(i * 12.9898));
    const y = x.map((v, i) => 3 * v + Math.cos(i * 78.233));
    expect(pearson(x, y)).toBeCloseTo(sampleCorrelation([...x], [...y]), 13);
  });

  test.each([2 ** 900, 2 ** -900, 2 ** -1000])('do not depend on the unit: times %d', (unit) => {
    const x = Float64Array.from({ length: 500 }, (_, i) => Math.sin(i));
    const y = x.map((v, i) => v + Math.round(8 * Math.cos(i)) / 8);
    const exact = x.map((v) => Math.fround(v) * unit);
    expect(pearson(exact, y)).toBe(pearson(x.map(Math.fround), y));
    expect(spearman(exact, y)).toBe(spearman(x.map(Math.fround), y));
  });

  test('are exactly ±1 where one column is a rising or falling function of the other', () => {
    const x = Float64Array.from({ length: 1_001 }, (_, i) => Math.sin(i));
    expect(spearman(x, x.map(Math.exp))).toBe(1);
    expect(
      spearman(
        x,
        x.map((v) => -v),
      ),
    ).toBe(-1);
    expect(
      pearson(
        x,
        x.map((v) => -2 * v),
      ),
    ).toBe(-1);
  });

  test.each([
    ['no rows', [], []],
    ['one row', [1], [2]],
    ['a constant column', [0.1, 0.1, 0.1], [1, 2, 3]],
    ['a column of zeros', [0, -0, 0], [1, 2, 3]],
  ])('of %s are null', (_, x, y) => {
    const [a, b] = [Float64Array.from(x), Float64Array.from(y)];
    expect([pearson(a, b), spearman(a, b), pearson(b, a), spearman(b, a)]).toEqual([null, null, null, null]);
  });

  test('of columns that are ranked once are the same', () => {
    const order = new ColumnOrder();
    const columns = [3, 5, 7].map((step) =>
      Float64Array.from({ length: 99 }, (_, i) => Math.floor(40 * Math.sin(i * step))),
    );
    for (const x of columns)
      for (const y of columns) {
        expect(order.spearman(x, y)).toBe(spearman(x, y));
        expect(order.pearson(x, y)).toBe(pearson(x, y));
      }
    expect(order.rankingOf(columns[0] ?? new Float64Array())).toEqual(
      rankingOf(columns[0] ?? new Float64Array()),
    );
  });
});
