import { brokenRule, type Place } from '../errors.js';
import type { MeasuredSamples } from '../samples/samples.js';
import { addBiases, type BiasCurve, biasesAt } from './bias-curve.js';

/** Calibrated rewards, in the order of the samples: `rewards[i] = raw[i] - biases[i]`. */
export interface CalibratedColumns {
  readonly rewards: Float64Array<ArrayBuffer>;
  /**
   * The amount subtracted from each reward: Σ α · b̂(c) over the curves, less Σ α · mean(b̂) when the mean is
   * kept.
   */
  readonly biases: Float64Array<ArrayBuffer>;
  /** The samples with a characteristic outside the fitted range, ascending. */
  readonly extrapolated: number[];
}

/**
 * r̂ = r − Σ α · b̂(c) (method, "Model"). With `keepMean`, Σ α · mean(b̂) is added back to every reward: no
 * difference and no ranking changes, but the rewards keep the reward model's own level.
 *
 * Gives the same bits for the same curves and samples on every machine. A result can overflow to ±Infinity
 * when the reward is near the largest double: the caller checks, see {@link firstNotFinite}.
 */
export function calibrateColumns(
  samples: MeasuredSamples,
  curves: readonly BiasCurve[],
  keepMean: boolean,
): CalibratedColumns {
  const size = samples.rewards.length;
  const biases = new Float64Array(size).fill(keepMean ? -meanRemoved(curves) : 0);
  const isOutside = new Uint8Array(size);
  for (const curve of curves) {
    const values = samples.characteristics.get(curve.characteristic);
    if (values === undefined) throw new RangeError(`no column for characteristic ${curve.characteristic}`);
    addBiases(curve, values, biases, isOutside);
  }
  const rewards = new Float64Array(size);
  const extrapolated: number[] = [];
  for (let i = 0; i < size; i++) {
    rewards[i] = samples.rewards[i] - biases[i];
    if (isOutside[i] === 1) extrapolated.push(i);
  }
  return { rewards, biases, extrapolated };
}

/** Σ |α · b̂(c)| over the curves, of each sample: how large the numbers are that calibration subtracts. */
export function sizesRemoved(samples: MeasuredSamples, curves: readonly BiasCurve[]): Float64Array {
  const sizes = new Float64Array(samples.rewards.length);
  for (const curve of curves) {
    const values = samples.characteristics.get(curve.characteristic);
    if (values === undefined) throw new RangeError(`no column for characteristic ${curve.characteristic}`);
    const biases = biasesAt(curve, values);
    for (let i = 0; i < sizes.length; i++) sizes[i] += Math.abs(curve.alpha * biases[i]);
  }
  return sizes;
}

/** Σ α · mean(b̂): the level that calibration takes from an average sample. */
function meanRemoved(curves: readonly BiasCurve[]): number {
  return curves.reduce((sum, curve) => sum + curve.alpha * curve.meanBias, 0);
}

/**
 * Refuses a calibrated reward that is not finite.
 *
 * @param placeOf the path of a raw reward in the request, by its index.
 * @param rule that the raw reward there breaks.
 * @throws InvalidInput
 */
export function refuseNotFinite(
  rewards: ArrayLike<number>,
  placeOf: (index: number) => Place,
  rule = 'this reward is so large that its calibrated reward is not a finite number',
): void {
  const broken = firstNotFinite(rewards);
  if (broken >= 0) throw brokenRule(placeOf(broken), rule);
}

/** The index of the first value that is not finite, or −1. JSON would turn such a value into null. */
export function firstNotFinite(values: ArrayLike<number>): number {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return i;
  return -1;
}
