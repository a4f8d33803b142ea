import { describe, expect, test } from 'vitest';
import {
  accuracyOf,
  creditsOf,
  preferenceChanges,
  subsetAccuracies,
} from '../../../src/calibration/evaluation/accuracy.js';

/** Four pairs: right, wrong, tied, right. */
const rewards = Float64Array.of(2, 0, 1, 5, 1, 1, 1, 4);

describe('accuracy', () => {
  test('counts a tie half: (1 + 0 + ½ + 1) / 4', () => {
    expect(accuracyOf(creditsOf(rewards, 'half'))).toBe(0.625);
  });

  test('counts a tie as wrong, like the reference code: 2 / 4', () => {
    expect(accuracyOf(creditsOf(rewards, 'wrong'))).toBe(0.5);
  });

  test('is told for each subset; pairs without one are in none', () => {
    const raw = creditsOf(rewards, 'half');
    const calibrated = creditsOf(Float64Array.of(2, 2, 1, 5, 1, 1, 0, 4), 'half');
    const subsets = { names: ['a', 'b'], of: Int32Array.of(0, 0, 1, -1) };
    expect(subsetAccuracies(subsets, raw, calibrated)).toEqual([
      { name: 'a', count: 2, raw: 0.5, calibrated: 1 },
      { name: 'b', count: 1, raw: 0.5, calibrated: 1 },
    ]);
  });

  test('changes of preference sum up to all pairs, a tie before or after is a class of its own', () => {
    const raw = Float64Array.of(2, 0, 1, 5, 3, 1, 1, 1, 4, 4);
    const calibrated = Float64Array.of(2, 3, 2, 1, 1, 1, 1, 1, 4, 1);
    expect(preferenceChanges(raw, calibrated)).toEqual({ toChosen: 1, toRejected: 1, unchanged: 1, tied: 2 });
  });
});
