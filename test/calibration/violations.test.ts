import { describe, expect, test } from 'vitest';
import { brokenRule, InvalidInput, MAX_VIOLATIONS } from '../../src/calibration/errors.js';
import { checkRewardBenchSubsets } from '../../src/calibration/evaluation/reward-bench.js';
import { placeOutputs } from '../../src/calibration/leaderboard/scored-outputs.js';
import { measure, measureAvailable, rowAt, type SampleRow } from '../../src/calibration/samples/samples.js';

const SIZE = 100_000;
const many = <Value>(value: (i: number) => Value) => Array.from({ length: SIZE }, (_, i) => value(i));

function refusalOf(work: () => unknown): InvalidInput {
  try {
    work();
  } catch (error) {
    if (error instanceof InvalidInput) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

/** Rows, and how many of their places were asked for. */
function placed(rows: readonly SampleRow[]) {
  let asked = 0;
  const placeOf = (row: number) => {
    asked++;
    return rowAt(['samples', row]);
  };
  return { samples: { rows, placeOf }, asked: () => asked };
}

describe('of a hundred thousand problems the first twenty are built, and it is said that there are more', () => {
  test.each<[string, SampleRow]>([
    ['rows without text', { reward: 1 }],
    ['negative lengths', { reward: 1, characteristics: { chars: -1 } }],
  ])('in %s', (_, row) => {
    const { samples, asked } = placed(many(() => row));
    const refusal = refusalOf(() => measure(samples, ['chars']));
    expect(refusal.message).toBe('more than 20 value(s) of the samples are missing or wrong');
    expect(refusal.violations).toHaveLength(MAX_VIOLATIONS);
    expect(asked()).toBe(MAX_VIOLATIONS + 1);
  });

  test('in columns of other lengths', () => {
    const characteristics = Object.fromEntries(many((i) => [`c${i}`, [1, 2]]));
    const refusal = refusalOf(() => measure({ columns: { rewards: [1], characteristics } }, []));
    expect(refusal.violations).toHaveLength(MAX_VIOLATIONS);
  });

  test('in outputs without a baseline, and baselines of one prompt', () => {
    const output = { generator: 'g', promptId: 'p' };
    const outputs = refusalOf(() =>
      placeOutputs(
        many(() => output),
        ['q'],
      ),
    );
    const baselines = refusalOf(() =>
      placeOutputs(
        [output],
        many(() => 'p'),
      ),
    );
    expect([outputs.violations.length, baselines.violations.length]).toEqual([
      MAX_VIOLATIONS,
      MAX_VIOLATIONS,
    ]);
    expect(outputs.message).toBe('more than 20 output(s) or baseline(s) do not match');
  });

  test('in pairs without a subset', () => {
    let asked = 0;
    const refusal = refusalOf(() =>
      checkRewardBenchSubsets({ names: [], of: new Int32Array(SIZE).fill(-1) }, (pair) => {
        asked++;
        return ['pairs', pair];
      }),
    );
    expect(refusal.violations).toHaveLength(MAX_VIOLATIONS);
    expect(asked).toBe(MAX_VIOLATIONS + 1);
  });
});

test('rows that each name another characteristic are refused before there is a column for each', () => {
  let read = 0;
  const rows = many((i) => ({
    reward: 1,
    get characteristics() {
      read++;
      return { [`c${i}`]: 1 };
    },
  }));
  const refusal = refusalOf(() => measureAvailable({ rows }, [], []));
  expect(refusal.code).toBe('too-many-characteristics');
  expect(read).toBeLessThan(50);
});

test('keys that an error repeats are cut', () => {
  const path = ['samples', 3, 'x'.repeat(1e6)];
  expect(brokenRule(path, 'm').violations).toEqual([{ path: ['samples', 3, 'x'.repeat(64)], message: 'm' }]);
});
