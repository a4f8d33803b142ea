import { z } from 'zod';

/** What frac may be: a share of the samples, or chosen by cross-validation. */
export const fracSetting = z.union([z.number().gt(0).max(1), z.literal('auto')], {
  error: 'must be above 0 and at most 1, or "auto"',
});

/** A smoother with more reweightings than this has long converged (R and statsmodels default to 3). */
const MAX_ITERATIONS = 20;

/** What iterations may be: a number, or chosen by cross-fitting. */
export const iterationsSetting = z.union([z.int().min(0).max(MAX_ITERATIONS), z.literal('auto')], {
  error: `must be a whole number from 0 to ${MAX_ITERATIONS}, or "auto"`,
});

/** Reward per unit of the characteristic. */
export const penaltySetting = z.number();

/** Mean: mean |c₁ − c₂| over this is how far a window reaches. */
export const ratioSetting = z.number().gt(0);

/** Mean: least samples in a window. */
export const minSamplesSetting = z.int().min(1);
