import { describe, expect, test } from 'vitest';
import { assembleCompletions, meansByRow } from '../../../src/calibration/evaluation/completions.js';
import { bySide, samplesOfPair } from '../../../src/calibration/evaluation/pairs.js';
import {
  keepRaw,
  unsupportedPairs,
  withLabelledPairs,
} from '../../../src/calibration/evaluation/supported-pairs.js';
import { DEFAULT_FIT_SETTINGS } from '../../../src/calibration/fit/fit-settings.js';

/** Three rows: two of four completions, and one of three of which two are right. */
const lengths = [10, 11, 12, 13, 10, 11, 12, 99, 10, 11, 12];
const pairs = assembleCompletions(
  {
    rewards: Float64Array.from(lengths, (_, i) => i),
    characteristics: new Map([['chars', Float64Array.from(lengths)]]),
  },
  {
    sizes: Int32Array.of(4, 4, 3),
    correct: Int32Array.of(1, 1, 2),
    ties: Int32Array.of(-1, -1, 1),
    subsets: { names: ['Math', 'Ties'], of: Int32Array.of(0, 0, 1) },
  },
);

describe('rows of completions as pairs', () => {
  test('every right completion is paired with every wrong one of its row', () => {
    expect(pairs.prompts).toEqual(Int32Array.of(0, 0, 0, 1, 1, 1, 2, 2));
    const made = Array.from(pairs.prompts, (_, pair) => samplesOfPair(pairs, pair));
    expect(made).toEqual([
      [0, 1],
      [0, 2],
      [0, 3],
      [4, 5],
      [4, 6],
      [4, 7],
      [8, 10],
      [9, 10],
    ]);
    expect(bySide(pairs, pairs.samples.rewards)).toEqual(
      Float64Array.from([0, 1].flatMap((side) => made.map((of) => of[side] ?? 0))),
    );
    expect(pairs.samples.groups).toEqual(Int32Array.of(0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2));
  });

  test('rows count alike, however many pairs they have', () => {
    expect(meansByRow(3, pairs.prompts, [2, 0, 1, 2, 2, 2, 0, 1])).toEqual(Float64Array.of(1, 2, 0.5));
  });

  test('of a row with a thin window of RC-Mean every completion keeps its reward', () => {
    const settings = withLabelledPairs(pairs, {
      ...DEFAULT_FIT_SETTINGS,
      estimator: 'mean',
      ratio: 4,
      minSamples: 2,
    });
    const left = unsupportedPairs(pairs, settings);
    expect(left).toEqual([3, 4, 5]);
    const calibrated = keepRaw(pairs, left, new Float64Array(lengths.length).fill(-1));
    expect(calibrated).toEqual(Float64Array.of(-1, -1, -1, -1, 4, 5, 6, 7, -1, -1, -1));
  });
});
