import { describe, expect, it } from 'vitest';
import { lowess } from '../../src/lowess/lowess.js';
import { BOUND, golden } from './outlier-cases.js';

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
