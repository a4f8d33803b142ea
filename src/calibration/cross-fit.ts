import { type BiasCurve, biasAt } from './bias-curve.js';
import { MAX_CORRELATION_SAMPLES } from './correlation.js';
import { InvalidInput } from './errors.js';
import { columnOf, estimateBias } from './estimate.js';
import { type FitSettings, MIN_FIT_SAMPLES } from './fit-settings.js';
import { type MeasuredSamples, selectSamples } from './samples.js';
import { thinGroups, thinnedIndices } from './thin-samples.js';

/** Five: the usual choice, and what method.md compared with the fit in-sample. */
const FOLDS = 5;

/** Below this some fold would be fitted from fewer samples than any fit. */
export const MIN_CROSS_FIT_SAMPLES = 13;

/**
 * The rewards of samples as calibrated by curves that were fitted without them: five folds, each calibrated by a fit of the
 * four others. What correlation is left here is not flattered by the fit having seen the samples.
 *
 * Samples of one group stay together. The folds come from a hash of the sample's place or group: the same samples give the same folds.
 *
 * @throws InvalidInput `too-few-samples` where a fold leaves too few samples to fit, as one large group does.
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
    if (outside.length < MIN_FIT_SAMPLES)
      throw new InvalidInput('too few samples to fit without a fold', [], 'too-few-samples');
    const { curves } = estimateBias(selectSamples(samples, outside), settings);
    for (const i of inside) result[i] = rewards[i] - biasOf(samples, curves, i);
  }
  return result;
}

/** The rewards by cross-fitting; undefined where the samples are too few for it. */
export function crossFitIfEnough(
  samples: MeasuredSamples,
  settings: FitSettings & { iterations: number },
): Float64Array | undefined {
  if (samples.rewards.length < MIN_CROSS_FIT_SAMPLES) return undefined;
  try {
    return crossFit(samples, settings);
  } catch (error) {
    if (error instanceof InvalidInput && error.code === 'too-few-samples') return undefined;
    throw error;
  }
}

/** Correlations are over so many samples anyway; five times as many are fitted to tell them. What compares within prompts gets whole prompts. */
export function thinForCrossFit(samples: MeasuredSamples, { estimator }: FitSettings): MeasuredSamples {
  const { groups, rewards } = samples;
  if (rewards.length <= MAX_CORRELATION_SAMPLES) return samples;
  const kept =
    estimator === 'lwr-within' && groups !== undefined
      ? thinGroups(groups, MAX_CORRELATION_SAMPLES)
      : thinnedIndices(rewards.length, MAX_CORRELATION_SAMPLES);
  return selectSamples(samples, kept);
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

/** The finaliser of MurmurHash3 (Appleby, 2011): neighbouring numbers, such as the two of a pair, fall into unrelated folds. */
function hash(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
