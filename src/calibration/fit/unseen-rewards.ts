import type { Stopwatch } from '../../lowess/stopwatch.js';
import { effectiveGroups } from '../samples/group-means.js';
import type { MeasuredSamples } from '../samples/samples.js';
import { crossFit } from './cross-fit.js';
import type { DiagnosedSample } from './diagnosed-sample.js';
import { type BiasEstimation, estimateBias } from './estimate.js';
import { type FitSettings, MIN_FIT_SAMPLES, type ResolvedFitSettings } from './fit-settings.js';

/**
 * Curves of all samples, and the rewards of the diagnosed ones as calibrated by curves that had not seen
 * them.
 */
export interface UnseenEstimation extends Omit<BiasEstimation, 'unseen'> {
  /** Undefined where the samples are too few for that. */
  readonly unseen: Float64Array | undefined;
}

/**
 * Estimates the bias, and calibrates the diagnosed samples by curves without them: of `lwr` and `lwr-penalty`
 * by leaving out one sample at a time, which costs hardly more than the standard errors; otherwise by {@link
 * crossFit} of the diagnosed samples, with whole prompts left out.
 */
export function estimateUnseen(
  samples: MeasuredSamples,
  sample: DiagnosedSample,
  settings: ResolvedFitSettings,
  watch?: Stopwatch,
): UnseenEstimation {
  const timed: Stopwatch['time'] = (part, work) => (watch ? watch.time(part, work) : work());
  if (!leavesOneOut(sample.samples, settings))
    return {
      ...timed('curve', () => estimateBias(samples, settings, undefined, watch)),
      unseen: timed('cross_fit', () => crossFit(sample.samples, settings)),
    };
  const isEnough = samples.rewards.length > MIN_FIT_SAMPLES;
  const watched = isEnough ? sample.indices : undefined;
  return timed('curve', () => estimateBias(samples, settings, watched, watch));
}

/**
 * Samples of one prompt share what the prompt does to their rewards: with few prompts the others of a prompt
 * tell the curve of a sample that was left out. In simulations with half of the variance between prompts,
 * what one sample or one prompt at a time leaves differed by 0.2 with 20 prompts, and by no more than chance
 * from 50 on.
 */
const FEW_PROMPTS = 100;

function leavesOneOut({ groups }: MeasuredSamples, { estimator }: FitSettings): boolean {
  if (estimator !== 'lwr' && estimator !== 'lwr-penalty') return false;
  return groups === undefined || effectiveGroups(groups) >= FEW_PROMPTS;
}
