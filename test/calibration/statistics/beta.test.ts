import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { loadBeta } from '../../../src/calibration/statistics/beta.js';

interface BetaCase {
  x: number;
  alpha: number;
  beta: number;
  cdf: number;
  quantile: number;
}

/** scipy.stats.beta; made by audit.py beside it. */
const golden: { beta: BetaCase[] } = JSON.parse(
  readFileSync(new URL('../audit/golden/audit.json', import.meta.url), 'utf8'),
);

const beta = await loadBeta();

test.each(golden.beta)('Beta($alpha, $beta) at $x is what scipy says', (reference) => {
  const { x, alpha, beta: other, cdf, quantile } = reference;
  // Absolute below 1e-300, where scipy's own value may be 0.
  const isNear = (value: number, expected: number) =>
    expect(Math.abs(value - expected)).toBeLessThanOrEqual(1e-12 * Math.abs(expected) + 1e-300);
  isNear(beta.cdf(x, alpha, other), cdf);
  isNear(beta.quantile(x, alpha, other), quantile);
});
