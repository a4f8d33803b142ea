import { describe, expect, it } from 'vitest';
import { FRAC_CANDIDATES, selectFrac } from '../../src/lowess/select-frac.js';
import { type Reference, referenceLowess } from './reference.js';
import { lengthsAndRewards, mulberry32 } from './samples.js';

/** Leaves each sample out for real: its row without itself, scaled up again, predicts it. */
function bruteLoss(reference: Reference): number {
  const { matrix, x, y, weights } = reference;
  const mean = y.reduce((a, b) => a + b) / y.length;
  const losses = matrix.map((row, i) => {
    // A sample of weight 0 has no part in its own prediction.
    const own = weights[i] === 0 ? 0 : Number(row[i]);
    if (1 - own <= 1e-6) return Math.abs(Number(y[i]) - mean);
    const others = row.reduce((sum, l, j) => sum + (j === i ? 0 : l * Number(y[j])), 0);
    return Math.abs(Number(y[i]) - others / (1 - own));
  });
  return losses.reduce((a, b) => a + b) / x.length;
}

describe('selectFrac', () => {
  it.each([0, 3])('has the loss of leaving every sample out, with %d iterations', (iterations) => {
    const { x, y } = lengthsAndRewards(300, 31);
    const candidates = [0.05, 0.3, 1];
    const { losses } = selectFrac(x, y, { candidates, iterations });
    for (const { frac, loss } of losses) {
      expect(loss).toBeCloseTo(bruteLoss(referenceLowess(x, y, frac, iterations)), 9);
    }
    expect(losses.map(({ frac }) => frac)).toEqual(candidates);
  });

  it('picks a wide window for a line in noise and a narrow one for a wave', () => {
    const uniform = mulberry32(32);
    const x = Float64Array.from({ length: 3000 }, () => Math.floor(1000 * uniform()));
    const noise = x.map(() => uniform() - 0.5);
    const line = selectFrac(
      x,
      x.map((value, i) => value / 1000 + Number(noise[i])),
      { iterations: 1 },
    );
    const wave = selectFrac(
      x,
      x.map((value, i) => Math.sin(value / 30) + Number(noise[i])),
      { iterations: 1 },
    );
    expect(line.frac).toBeGreaterThanOrEqual(0.5);
    expect(wave.frac).toBe(0.1);
    expect(wave.losses.map(({ frac }) => frac)).toEqual(FRAC_CANDIDATES);
  });

  it('is not ruled by outliers', () => {
    const uniform = mulberry32(33);
    const x = Float64Array.from({ length: 3000 }, () => Math.floor(1000 * uniform()));
    const y = x.map((value) => Math.sin(value / 100) + uniform() + (uniform() < 0.02 ? 1e4 * uniform() : 0));
    expect(selectFrac(x, y, { iterations: 3 }).frac).toBeLessThanOrEqual(0.2);
  });

  it('gives the same twice, and the smoothest of equals', () => {
    const { x, y } = lengthsAndRewards(500, 34);
    expect(selectFrac(x, y, { iterations: 2 })).toEqual(selectFrac(x, y, { iterations: 2 }));
    expect(selectFrac(x, new Float64Array(500), { candidates: [0.2, 0.8, 0.5], iterations: 2 }).frac).toBe(
      0.8,
    );
  });

  it('refuses no candidates, or one that is no frac', () => {
    const { x, y } = lengthsAndRewards(10, 35);
    expect(() => selectFrac(x, y, { candidates: [], iterations: 0 })).toThrow(RangeError);
    expect(() => selectFrac(x, y, { candidates: [0.5, 2], iterations: 0 })).toThrow(RangeError);
  });

  it('scores even samples that are alone in their windows', () => {
    const { losses } = selectFrac(Float64Array.of(1, 2, 3), Float64Array.of(0, 3, 3), {
      candidates: [0.5],
      iterations: 3,
    });
    expect(losses[0]?.loss).toBeCloseTo((2 + 1 + 1) / 3, 12);
  });
});
