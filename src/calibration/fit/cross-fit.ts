import type { BiasCurve } from '../curve/bias-curve.js';
import { biasesAt } from '../curve/bias-curve.js';
import { InvalidInput } from '../errors.js';
import { countGroups } from '../samples/group-means.js';
import { indicesWhere, pick } from '../samples/pick.js';
import { type MeasuredSamples, selectSamples } from '../samples/samples.js';
import { hash } from '../statistics/hash.js';
import { columnOf, estimateBias } from './estimate.js';
import { MIN_FIT_SAMPLES, type ResolvedFitSettings } from './fit-settings.js';

/** Five: the usual choice, and what method.md compared with the fit in-sample. */
export const FOLDS = 5;

/**
 * The rewards of samples as calibrated by curves that were fitted without them: five folds, each calibrated
 * by a fit of the four others. The remaining correlation is not optimistic: no fit has seen the samples it
 * calibrates.
 *
 * Samples of one group stay together, where there are five groups or more. The folds come from a hash of the
 * sample's place or group: the same samples give the same folds. Undefined where the samples are too few for
 * some of the fits.
 */
export function crossFit(samples: MeasuredSamples, settings: ResolvedFitSettings): Float64Array | undefined {
  const { rewards } = samples;
  const folds = foldsOf(samples);
  const result = new Float64Array(rewards.length);
  for (let fold = 0; fold < FOLDS; fold++) {
    const inside = indicesWhere(folds.length, (i) => folds[i] === fold);
    const curves = fitWithout(samples, folds, fold, settings);
    if (curves === undefined) return undefined;
    const biases = biasesOf(samples, curves, inside);
    for (let k = 0; k < inside.length; k++) result[inside[k]] = rewards[inside[k]] - biases[k];
  }
  return result;
}

function foldsOf({ rewards, groups }: MeasuredSamples): Uint8Array {
  const keys = groups !== undefined && countGroups(groups) >= FOLDS ? groups : undefined;
  const folds = new Uint8Array(rewards.length);
  for (let i = 0; i < folds.length; i++) folds[i] = hash(keys ? keys[i] : i) % FOLDS;
  return folds;
}

function fitWithout(
  samples: MeasuredSamples,
  folds: Uint8Array,
  fold: number,
  settings: ResolvedFitSettings,
): readonly BiasCurve[] | undefined {
  const outside = indicesWhere(folds.length, (i) => folds[i] !== fold);
  if (outside.length < MIN_FIT_SAMPLES) return undefined;
  try {
    return estimateBias(selectSamples(samples, outside), settings).curves;
  } catch (error) {
    if (error instanceof InvalidInput && error.code === 'too-few-samples') return undefined;
    throw error;
  }
}

/** Σ α · b̂ of the samples at `indices`. */
function biasesOf(
  samples: MeasuredSamples,
  curves: readonly BiasCurve[],
  indices: Uint32Array,
): Float64Array {
  const sums = new Float64Array(indices.length);
  for (const curve of curves) {
    const biases = biasesAt(curve, pick(columnOf(samples, curve.characteristic), indices));
    for (let k = 0; k < sums.length; k++) sums[k] += curve.alpha * biases[k];
  }
  return sums;
}
