import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { robustScale } from '../../../src/calibration/statistics/robust-scale.js';

interface GoldenScale {
  values: number[];
  mean: number;
  /** statsmodels.robust.mad, about the median. */
  mad: number;
}

const { scales }: { scales: GoldenScale[] } = JSON.parse(
  readFileSync(new URL('../golden/mean.json', import.meta.url), 'utf8'),
);

test.each(scales.map((golden) => [golden.values.length, golden] as const))(
  'the robust scale of %d values is that of statsmodels, and the mean numpy’s; the values stay as they are',
  (_, golden) => {
    const values = Float64Array.from(golden.values);
    const { mean, scale } = robustScale(values);
    expect(mean).toBeCloseTo(golden.mean, 9);
    expect(scale).toBeCloseTo(golden.mad, 12);
    expect(Array.from(values)).toEqual(golden.values);
  },
);
