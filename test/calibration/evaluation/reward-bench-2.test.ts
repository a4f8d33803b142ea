import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_BOOTSTRAP } from '../../../src/calibration/evaluation/bootstrap.js';
import { scoreRewardBench2 } from '../../../src/calibration/evaluation/reward-bench-2.js';
import { scoreTies } from '../../../src/calibration/evaluation/ties-score.js';
import { GrowingCompletions } from '../../../src/http/labelled-pairs/growing-completions.js';
import { rewardBench2Row } from '../../../src/http/labelled-pairs/reward-bench-2-schema.js';

interface GoldenCase {
  name: string;
  rows: { id: string; subset: string; num_correct: number; scores: number[] }[];
  subsets: Record<string, number>;
  score: number;
}

/** Made-up scores, and what RewardBench's own functions make of them: golden/reward-bench-2.py. */
const golden: GoldenCase[] = JSON.parse(
  readFileSync(new URL('golden/reward-bench-2.json', import.meta.url), 'utf8'),
);

function scored(rows: object[], calibratedOf = (rewards: Float64Array) => rewards.map((reward) => -reward)) {
  const read = new GrowingCompletions([]);
  read.push(
    rows.map((row) => rewardBench2Row.parse(row)),
    (row) => ['rows', row],
  );
  const { samples, subsets, completions } = read.toPairs();
  if (completions === undefined) throw new Error('rows of completions have completions');
  const rewards = { raw: samples.rewards, calibrated: calibratedOf(samples.rewards) };
  return { score: scoreRewardBench2(completions, subsets, rewards, DEFAULT_BOOTSTRAP), completions, rewards };
}

const named = (subsets: readonly { name: string }[]) => subsets.map(({ name }) => name.toLowerCase()).sort();

describe("the RewardBench 2 score is that of RewardBench's own functions", () => {
  test.each(golden)('$name', ({ rows, subsets, score }) => {
    // As raw rewards, and as calibrated ones beside others.
    const own = scored(rows).score;
    const negated = rows.map((row) => ({
      ...row,
      scores: row.scores.flat().map((value) => -value),
    }));
    const turned = scored(negated).score;
    expect(named(own.subsets)).toEqual(
      Object.keys(subsets)
        .map((name) => name.toLowerCase())
        .sort(),
    );
    for (const [name, expected] of Object.entries(subsets)) {
      const isIt = (subset: { name: string }) => subset.name.toLowerCase() === name.toLowerCase();
      expect(own.subsets.find(isIt)?.raw).toBeCloseTo(expected, 12);
      expect(turned.subsets.find(isIt)?.calibrated).toBeCloseTo(expected, 12);
    }
    expect(own.raw).toBeCloseTo(score, 12);
    expect(turned.calibrated).toBeCloseTo(score, 12);
    expect(own.gain).toBe(own.calibrated - own.raw);
    expect(own.missingSubsets).toHaveLength(6 - Object.keys(subsets).length);
  });

  test('and what the prompts of Ties add to it has it as its mean', () => {
    for (const { rows } of golden) {
      const { completions, rewards } = scored(rows);
      if (!completions.ties.some((number) => number >= 0)) continue;
      const { score, byPrompt } = scoreTies(completions, rewards.raw);
      expect(byPrompt.reduce((sum, value) => sum + value, 0) / byPrompt.length).toBeCloseTo(score, 12);
    }
  });
});

describe('the interval of the gain', () => {
  test('is that of the mean of a hundred independent rows', () => {
    // A quarter of the rows goes from 0 to 1: gains of 0 and 1, standard error √(0.25 · 0.75 / 100).
    const rows = Array.from({ length: 100 }, (_, i) => ({
      subset: 'Math',
      scores: i % 4 === 0 ? [0, 1, 0, 0] : [2, 1, 0, 0],
    }));
    const { score } = scored(rows, (rewards) =>
      rewards.map((reward, i) => (i % 4 === 0 ? reward + 5 : reward)),
    );
    const reach = 1.96 * Math.sqrt((0.25 * 0.75) / 100);
    expect(score.gain).toBe(0.25);
    expect(score.interval[0]).toBeCloseTo(0.25 - reach, 1);
    expect(score.interval[1]).toBeCloseTo(0.25 + reach, 1);
  });

  test('is a point where nothing changes, whatever the rows', () => {
    const row = fc.record({
      subset: fc.constantFrom('Factuality', 'focus', 'MATH', 'Precise IF', 'Safety'),
      scores: fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 2, maxLength: 6 }),
    });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 20 }), (rows) => {
        const { score } = scored(rows, (rewards) => rewards.slice());
        expect([score.gain, ...score.interval]).toEqual([0, 0, 0]);
        expect(score.raw).toBeGreaterThanOrEqual(0);
        expect(score.raw).toBeLessThanOrEqual(1);
      }),
      { numRuns: 20 },
    );
  });
});
