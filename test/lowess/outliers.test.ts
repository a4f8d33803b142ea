import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { lowess } from '../../src/lowess/lowess.js';

interface Case {
  name: string;
  frac: number;
  iterations: number;
  x: number[];
  y: number[];
  /** The samples that are outliers. */
  far: number[];
  /** At the distinct x. */
  fitted: number[];
}

const golden: { made_by: string; cases: Case[] } = JSON.parse(
  readFileSync(new URL('./golden/outliers.json', import.meta.url), 'utf8'),
);

/** In ranges of the ordinary rewards, or in sizes of the fitted value where outliers make it larger. */
const BOUND = 1e-9;

describe(`lowess with huge outliers agrees with ${golden.made_by}`, () => {
  it.each(golden.cases)('$name, frac $frac, $iterations iterations', (k) => {
    const far = new Set(k.far);
    const ordinary = k.y.filter((_, i) => !far.has(i));
    const range = Math.max(...ordinary) - Math.min(...ordinary);
    const fit = lowess(Float64Array.from(k.x), Float64Array.from(k.y), k);
    expect(fit.x).toHaveLength(k.fitted.length);
    let most = 0;
    for (const [j, value] of fit.fitted.entries()) {
      const truth = k.fitted[j] ?? Number.NaN;
      most = Math.max(most, Math.abs(value - truth) / Math.max(range, Math.abs(truth)));
    }
    expect(most).toBeLessThanOrEqual(BOUND);
  });
});
