import { type BiasCurve, biasAt } from './bias-curve.js';
import { columnOf, estimateBias } from './estimate.js';
import type { FitSettings } from './fit-settings.js';
import { hash } from './hash.js';
import { type MeasuredSamples, selectSamples } from './samples.js';

/** Five: the usual choice, and what method.md compared with the fit in-sample. */
const FOLDS = 5;

/** Below this some fold would be fitted from fewer samples than any fit. */
export const MIN_CROSS_FIT_SAMPLES = 13;

/**
 * The rewards of samples as calibrated by curves that were fitted without them: five folds, each calibrated by a fit of the
 * four others. What correlation is left here is not flattered by the fit having seen the samples.
 *
 * Samples of one group stay together. The folds come from a hash of the sample's place or group: the same samples give the same folds.
 */
export function crossFit(
  samples: MeasuredSamples,
  settings: FitSettings & { iterations: number },
): Float64Array {
  const { rewards, groups } = samples;
  const folds = Uint8Array.from(rewards, (_, i) => hash(groups ? groups[i] : i) % FOLDS);
  const result = new Float64Array(rewards.length);
  for (let fold = 0; fold < FOLDS; fold++) {
    const inside = indicesWhere(folds, (of) => of === fold);
    const outside = indicesWhere(folds, (of) => of !== fold);
    const { curves } = estimateBias(selectSamples(samples, outside), settings);
    for (const i of inside) result[i] = rewards[i] - biasOf(samples, curves, i);
  }
  return result;
}

function biasOf(samples: MeasuredSamples, curves: readonly BiasCurve[], i: number): number {
  return curves.reduce(
    (sum, curve) => sum + curve.alpha * biasAt(curve, columnOf(samples, curve.characteristic)[i]),
    0,
  );
}

function indicesWhere(folds: Uint8Array, accept: (fold: number) => boolean): Uint32Array {
  const indices: number[] = [];
  for (let i = 0; i < folds.length; i++) if (accept(folds[i])) indices.push(i);
  return Uint32Array.from(indices);
}
