import { describe, expect, test } from 'vitest';
import { canCrossFit } from '../../src/calibration/cross-fit.js';
import { fitBias } from '../../src/calibration/fit.js';
import { DEFAULT_FIT_SETTINGS } from '../../src/calibration/fit-settings.js';
import { biasedColumns } from '../support/app.js';

function samplesOf(size: number, groups?: Int32Array<ArrayBuffer>) {
  const { rewards, chars } = biasedColumns(size);
  return {
    rewards: Float64Array.from(rewards),
    characteristics: new Map([['chars', Float64Array.from(chars)]]),
    groups,
  };
}

describe('cross-fitting', () => {
  test('needs ten samples outside of every fold', () => {
    expect([12, 20, 500].map((size) => canCrossFit(samplesOf(size)))).toEqual([false, true, true]);
    // A prompt that has all but nine.
    const groups = Int32Array.from({ length: 50 }, (_, i) => Math.max(0, i - 40));
    expect(canCrossFit(samplesOf(50, groups))).toBe(false);
  });

  test('is left out, not an error, where all samples answer one prompt', () => {
    const samples = samplesOf(50, new Int32Array(50));
    expect(canCrossFit(samples)).toBe(false);
    for (const iterations of [3, 'auto'] as const) {
      const { diagnostics } = fitBias(samples, { ...DEFAULT_FIT_SETTINGS, iterations });
      expect(diagnostics.spearman.crossFitted).toBe(null);
      expect(diagnostics.spearman.after).not.toBe(null);
    }
  });
});
