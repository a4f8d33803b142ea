import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { marginalShift } from '../../../src/calibration/statistics/marginal-shift.js';

/** KS by its definition: the distribution functions of raw values at the edges. */
function directKs(fitted: number[], later: number[], edges: number[]): number {
  const share = (values: number[], edge: number, isLast: boolean) =>
    values.filter((value) => value < edge || (isLast && value === edge)).length / values.length;
  return Math.max(
    ...edges.map((edge, i) => {
      const isLast = i === edges.length - 1;
      return Math.abs(share(fitted, edge, isLast) - share(later, edge, isLast));
    }),
  );
}

/** PSI by its definition, over the groups whose edges these are; the outer ones are open. */
function directPsi(fitted: number[], later: number[], inner: number[]): number {
  const groupOf = (value: number) => inner.filter((edge) => value >= edge).length;
  let psi = 0;
  for (let group = 0; group <= inner.length; group++) {
    const shareOf = (values: number[]) =>
      (values.filter((value) => groupOf(value) === group).length + 0.5) /
      (values.length + 0.5 * (inner.length + 1));
    psi += (shareOf(later) - shareOf(fitted)) * Math.log(shareOf(later) / shareOf(fitted));
  }
  return psi;
}

/** Counts below the first edge, in each bin, and above the last edge. */
function place(values: number[], edges: number[]): number[] {
  const counts = new Array<number>(edges.length + 1).fill(0);
  for (const value of values) {
    const isLast = value === edges.at(-1);
    const at = isLast ? edges.length - 1 : edges.filter((edge) => value >= edge).length;
    counts[at] = (counts[at] ?? 0) + 1;
  }
  return counts;
}

/** Where the groups of the PSI begin: each holds at least a tenth of the fit. */
function groupEdges(counts: number[], edges: number[]): number[] {
  const enough = counts.reduce((total, count) => total + count, 0) / 10;
  const begins: number[] = [];
  let held = 0;
  counts.forEach((count, bin) => {
    held += count;
    if (held < enough) return;
    begins.push(edges[bin + 1] ?? Number.NaN);
    held = 0;
  });
  // What is left of the fit belongs to the last whole group.
  return begins.slice(0, -1);
}

describe('the shift of margins', () => {
  test('is what the definitions say of the raw values', () => {
    const value = fc.integer({ min: -3, max: 23 });
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 2, maxLength: 60 }),
        fc.array(value, { minLength: 1, maxLength: 60 }),
        fc.uniqueArray(fc.integer({ min: 1, max: 19 }), { maxLength: 15 }),
        (fitted, later, inner) => {
          const edges = [0, ...inner.sort((a, b) => a - b), 20];
          const counts = place(fitted, edges).slice(1, -1);
          const { psi, ks } = marginalShift(counts, place(later, edges));
          expect(ks).toBeCloseTo(directKs(fitted, later, edges), 12);
          expect(psi).toBeCloseTo(directPsi(fitted, later, groupEdges(counts, edges)), 12);
        },
      ),
    );
  });

  test('is zero for the same shares, and 1 where nothing overlaps', () => {
    expect(marginalShift([100, 100], [0, 100, 100, 0])).toEqual({ psi: 0, ks: 0 });
    const apart = marginalShift([100, 100], [0, 0, 0, 200]);
    expect(apart.ks).toBe(1);
    expect(apart.psi).toBeGreaterThan(0.25);
  });

  test('is seen where the fit has one bin alone', () => {
    expect(marginalShift([100], [0, 0, 100])).toEqual({ psi: 0, ks: 1 });
  });
});
