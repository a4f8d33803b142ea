import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  countJointly,
  countJointlyIn,
  type JointCounts,
  MAX_BINS,
  marginsOf,
} from '../../../src/calibration/fit/joint-counts.js';

const double = fc.double({ noNaN: true, noDefaultInfinity: true });
const value = fc.oneof(
  double,
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom(1e308, -1e308, Number.MAX_VALUE, -Number.MAX_VALUE, 5e-324, -5e-324, -0, 1, 1 + 2 ** -52),
);
const columns = fc
  .integer({ min: 1, max: 200 })
  .chain((n) =>
    fc.tuple(
      fc.array(value, { minLength: n, maxLength: n }),
      fc.array(value, { minLength: n, maxLength: n }),
    ),
  );

function counted(characteristic: readonly number[], rewards: readonly number[]): JointCounts {
  return countJointly(Float64Array.from(characteristic), Float64Array.from(rewards));
}

/** numpy's `histogram2d` with these edges, in so many words: every sample is looked for in every bin. */
function histogram2d([x, y]: readonly [readonly number[], readonly number[]], counts: JointCounts) {
  const { characteristicEdges, rewardEdges } = counts;
  const isIn = (v: number, edges: Float64Array, bin: number) =>
    v >= Number(edges[bin]) &&
    (bin === edges.length - 2 ? v <= Number(edges[bin + 1]) : v < Number(edges[bin + 1]));
  const bins = (edges: Float64Array) => [...edges.slice(1).keys()];
  return bins(characteristicEdges).map((row) =>
    bins(rewardEdges).map(
      (column) =>
        x.filter((v, i) => isIn(v, characteristicEdges, row) && isIn(Number(y[i]), rewardEdges, column))
          .length,
    ),
  );
}

const lists = ({ counts }: JointCounts) => counts.map((row) => [...row]);
const sum = (values: Iterable<number>) => [...values].reduce((a, b) => a + b, 0);

test('are the counts of their edges, which ascend from the least to the greatest value', () => {
  fc.assert(
    fc.property(columns, ([x, y]) => {
      const counts = counted(x, y);
      expect(lists(counts)).toEqual(histogram2d([x, y], counts));
      expect(sum(lists(counts).flat())).toBe(x.length);
      for (const [edges, values] of [
        [counts.characteristicEdges, x],
        [counts.rewardEdges, y],
      ] as const) {
        expect(edges.length).toBeLessThanOrEqual(MAX_BINS + 1);
        for (let i = 1; i < edges.length; i++) expect(Number(edges[i])).toBeGreaterThan(Number(edges[i - 1]));
        expect(edges.every(Number.isFinite)).toBe(true);
        if (new Set(values.map((v) => v + 0)).size > 1)
          expect([edges[0], edges.at(-1)]).toEqual([Math.min(...values) + 0, Math.max(...values) + 0]);
      }
      expect(JSON.parse(JSON.stringify([...counts.rewardEdges]))).toEqual([...counts.rewardEdges]);
    }),
    { numRuns: 1_000 },
  );
});

test('are about equal for values that do not repeat, whatever their order', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.double({ min: -1e9, max: 1e9, noNaN: true }), {
        minLength: 32,
        maxLength: 400,
        comparator: (a, b) => a + 0 === b + 0,
      }),
      (values) => {
        const n = values.length;
        const { counts, characteristicEdges } = counted(values, values);
        // Where doubles are neighbours, two values share a bin.
        fc.pre(characteristicEdges.length === MAX_BINS + 1);
        for (const [bin, row] of counts.entries()) {
          // Of equal columns all samples are on the diagonal.
          expect(sum(row)).toBe(row[bin]);
          expect([Math.floor(n / MAX_BINS), Math.ceil(n / MAX_BINS)]).toContain(row[bin]);
        }
      },
    ),
  );
});

describe('in the bins of earlier samples', () => {
  test('every sample is counted once, within edges that hold all of them, in a bin of its range', () => {
    fc.assert(
      fc.property(columns, columns, ([x, y], [laterX, laterY]) => {
        const bins = counted(x, y);
        const later = countJointlyIn(bins, Float64Array.from(laterX), Float64Array.from(laterY));
        expect([...later.characteristicEdges.slice(1, -1)]).toEqual([
          ...bins.characteristicEdges.slice(1, -1),
        ]);
        expect(later.characteristicEdges[0]).toBe(Math.min(bins.characteristicEdges[0] ?? 0, ...laterX) + 0);
        expect(later.rewardEdges.at(-1)).toBe(Math.max(bins.rewardEdges.at(-1) ?? 0, ...laterY) + 0);
        expect(lists(later)).toEqual(histogram2d([laterX, laterY], later));
        const { characteristic, reward } = marginsOf(later);
        expect(sum([...characteristic])).toBe(laterX.length);
        expect(sum([...reward])).toBe(laterX.length);
      }),
    );
  });

  test('the samples themselves are counted as before', () => {
    fc.assert(
      fc.property(columns, ([x, y]) => {
        const bins = counted(x, y);
        expect(countJointlyIn(bins, Float64Array.from(x), Float64Array.from(y))).toEqual(bins);
      }),
    );
  });
});

describe('values that repeat', () => {
  test('a constant column is one bin, at any size', () => {
    for (const constant of [0, -0, 1, -2.5, 1e308, -Number.MAX_VALUE, Number.MAX_VALUE, 5e-324, -5e-324]) {
      const { characteristicEdges: edges, counts } = counted([1, 1, 1], [constant, constant, constant]);
      expect(edges).toHaveLength(2);
      expect(lists({ counts } as JointCounts)).toEqual([[3]]);
    }
  });

  test('two values are two bins, however rare one is, cut halfway', () => {
    for (const rare of [1, 5, 500, 995, 999]) {
      const x = Array.from({ length: 1_000 }, (_, i) => (i < rare ? 1 : 0));
      const { characteristicEdges, counts } = counted(x, x);
      const rarest = Math.min(rare, 1_000 - rare) < 1_000 / MAX_BINS;
      // A value whose share is less than a bin's, above all others, has none to itself.
      if (rarest && rare < 500) expect([...characteristicEdges]).toEqual([0, 1]);
      else {
        expect([...characteristicEdges]).toEqual([0, 0.5, 1]);
        expect(lists({ counts } as JointCounts)).toEqual([
          [1_000 - rare, 0],
          [0, rare],
        ]);
      }
    }
  });

  test('halfway between the ends of doubles does not overflow', () => {
    const x = [-Number.MAX_VALUE, Number.MAX_VALUE];
    expect([...counted(x, x).rewardEdges]).toEqual([-Number.MAX_VALUE, 0, Number.MAX_VALUE]);
  });

  test('a value that fills bins stands at the beginning of one', () => {
    const x = [...Array(500).fill(0), ...Array.from({ length: 500 }, (_, i) => 1 + i)];
    const { characteristicEdges, counts } = counted(x, x);
    expect([...characteristicEdges.slice(0, 3)]).toEqual([0, 0.5, 31.5]);
    expect(sum(counts[0] ?? [])).toBe(500);
  });
});
