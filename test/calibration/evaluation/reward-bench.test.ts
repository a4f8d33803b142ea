import { describe, expect, test } from 'vitest';
import {
  REWARD_BENCH_SECTIONS,
  scoreRewardBench,
  strataOf,
} from '../../../src/calibration/evaluation/reward-bench.js';

const accuracy = (name: string, raw: number, calibrated: number) => ({ name, count: 10, raw, calibrated });

describe('the RewardBench score', () => {
  test('has 23 subsets in four sections, with 2,985 examples of which math-prm counts 984 instead of 447', () => {
    const counts = Object.values(REWARD_BENCH_SECTIONS).flatMap((section) => Object.values(section));
    expect(counts).toHaveLength(23);
    expect(counts.reduce((a, b) => a + b)).toBe(2_985 - 447 + 984);
  });

  test('is the mean of sections, each weighed by prescribed counts: by hand', () => {
    const score = scoreRewardBench([
      accuracy('math-prm', 0.5, 0.6),
      accuracy('hep-js', 1, 0.9),
      accuracy('alpacaeval-easy', 0.8, 0.9),
    ]);
    // Chat: one subset. Reasoning: (0.5 · 984 + 1 · 164) / 1148 and (0.6 · 984 + 0.9 · 164) / 1148.
    const reasoning = [656 / 1_148, 738 / 1_148] as const;
    expect(score.sections).toEqual([
      { name: 'Chat', raw: 0.8, calibrated: 0.9, subsets: ['alpacaeval-easy'] },
      {
        name: 'Reasoning',
        raw: expect.closeTo(reasoning[0], 12),
        calibrated: expect.closeTo(reasoning[1], 12),
        subsets: ['math-prm', 'hep-js'],
      },
    ]);
    expect(score.raw).toBeCloseTo((0.8 + reasoning[0]) / 2, 12);
    expect(score.calibrated).toBeCloseTo((0.9 + reasoning[1]) / 2, 12);
    expect(score.missingSubsets).toHaveLength(20);
    expect(score.missingSubsets).toContain('donotanswer');
  });

  test('gains what its strata gain', () => {
    const subsets = [accuracy('math-prm', 0.5, 0.75), accuracy('donotanswer', 0.5, 0)];
    const strata = strataOf(
      subsets,
      { names: ['math-prm', 'donotanswer'], of: Int32Array.of(0, 0, 1) },
      Int8Array.of(1, 0, -1),
    );
    expect(strata).toEqual([
      { weight: 0.5, gains: Int8Array.of(-1) },
      { weight: 0.5, gains: Int8Array.of(1, 0) },
    ]);
  });
});
