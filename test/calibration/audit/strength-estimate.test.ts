import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  estimateStrength,
  type PairDifferences,
  pairDifferences,
} from '../../../src/calibration/audit/strength-estimate.js';

interface GoldenStrength {
  /** Δr and Δb. */
  labelled: [number[], number[]];
  pool: [number[], number[]];
  gains: number[];
  alpha: number;
}

/** The method's grid in numpy; made by the script beside it. */
const golden: { strengths: GoldenStrength[] } = JSON.parse(
  readFileSync(new URL('golden/audit.json', import.meta.url), 'utf8'),
);

const toDifferences = ([rewards, biases]: [number[], number[]]): PairDifferences => ({
  rewards: Float64Array.from(rewards),
  biases: Float64Array.from(biases),
});

describe('the strength by Bradley and Terry', () => {
  test.each(golden.strengths)('is numpy’s: $alpha', ({ labelled, pool, gains, alpha }) => {
    const estimate = estimateStrength(toDifferences(labelled), toDifferences(pool));
    expect(estimate?.alpha).toBe(alpha);
    expect(estimate?.candidates).toHaveLength(gains.length);
    for (const [i, gain] of gains.entries()) expect(estimate?.candidates[i]?.gain).toBeCloseTo(gain, 12);
  });

  test('does not depend on the unit of the rewards, nor on which response of a pool’s pair is first', () => {
    const [first] = golden.strengths;
    if (first === undefined) throw new RangeError('the golden file is empty');
    const [labelled, pool] = [first.labelled, first.pool].map(toDifferences) as [
      PairDifferences,
      PairDifferences,
    ];
    const reference = estimateStrength(labelled, pool);
    fc.assert(
      fc.property(fc.integer({ min: -300, max: 300 }), fc.infiniteStream(fc.boolean()), (power, turns) => {
        const scaled = (by: (i: number) => number) => (column: Float64Array) =>
          column.map((value, i) => value * 2 ** power * by(i));
        const flips = [...turns.take(pool.rewards.length)].map((turn) => (turn ? -1 : 1));
        const inUnit = scaled(() => 1);
        const turned = scaled((i) => flips[i] ?? 1);
        const estimate = estimateStrength(
          { rewards: inUnit(labelled.rewards), biases: inUnit(labelled.biases) },
          { rewards: turned(pool.rewards), biases: turned(pool.biases) },
        );
        expect(estimate?.alpha).toBe(reference?.alpha);
        for (const [i, { gain }] of (reference?.candidates ?? []).entries())
          expect(estimate?.candidates[i]?.gain).toBeCloseTo(gain, 12);
      }),
      { numRuns: 20 },
    );
  });

  test('is none where all rewards of the pool are equal', () => {
    const pool = { rewards: new Float64Array(5), biases: Float64Array.from([1, 2, 3, 4, 5]) };
    expect(estimateStrength(pool, pool)).toBeNull();
  });

  test('counts an exact tie as a tie in any units', () => {
    // Δr = α Δb at α = 1.5, 1 and 0.5.
    const [rewards, biases] = [
      [6, 3, 1, 7, -5],
      [4, 3, 2, 1, 2],
    ];
    const scaledBy = (scale: number) => {
      const column = (values: readonly number[] = []) => Float64Array.from(values, (value) => scale * value);
      return { rewards: column(rewards), biases: column(biases) };
    };
    const gainsBy = (scale: number) => estimateStrength(scaledBy(scale), scaledBy(scale))?.candidates ?? [];
    const reference = gainsBy(1);
    expect(reference).toHaveLength(13);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), (scale) => {
        gainsBy(scale).forEach(({ gain }, i) => {
          expect(gain).toBeCloseTo(reference[i]?.gain ?? Number.NaN, 12);
        });
      }),
    );
  });

  test('stays finite where rewards are so large that no label follows them', () => {
    const huge = {
      rewards: Float64Array.from([1, 1, -1e300]),
      biases: Float64Array.from([1e300, -1e300, 1e300]),
    };
    const estimate = estimateStrength(huge, huge);
    for (const { gain } of estimate?.candidates ?? []) expect(Number.isFinite(gain)).toBe(true);
  });
});

test('a difference that is no double is taken for the largest', () => {
  const raw = Float64Array.from([1.7e308, -1.7e308]);
  const { rewards, biases } = pairDifferences(raw, raw.toReversed());
  expect([rewards[0], biases[0]]).toEqual([Number.MAX_VALUE, -Number.MAX_VALUE]);
  const estimate = estimateStrength({ rewards, biases }, { rewards, biases });
  for (const { gain } of estimate?.candidates ?? []) expect(Number.isFinite(gain)).toBe(true);
});

test('differences of labelled pairs are of chosen less rejected, and leave their columns as they are', () => {
  const raw = Float64Array.from([3, 1, 2, 5]);
  const biases = Float64Array.from([0, 1, 4, -1]);
  const { rewards, biases: differences } = pairDifferences(raw, biases);
  expect([Array.from(rewards), Array.from(differences)]).toEqual([
    [1, -4],
    [-4, 2],
  ]);
  expect(Array.from(raw)).toEqual([3, 1, 2, 5]);
});
