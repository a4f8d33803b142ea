import { isFar, ordinaryOf } from '../../lowess/ordinary.js';
import type { MeasuredSamples } from '../samples/samples.js';
import { roundingBound, withoutRounding } from '../statistics/rounding.js';
import { comparedView } from './compared-columns.js';
import { crossFit } from './cross-fit.js';
import { type DiagnosedSample, diagnosedSample } from './diagnosed-sample.js';
import { columnOf } from './estimate.js';
import type { FitSettings, ResolvedFitSettings } from './fit-settings.js';

/** What `iterations: "auto"` chooses from: plain least squares, and the paper's. Of equals the paper's. */
const ITERATION_CANDIDATES = [3, 0];

/**
 * Resolves `iterations: "auto"` to the candidate with the least rank correlation after cross-fitting; to
 * the paper's beside rewards far from all others.
 */
export function chooseIterations(
  samples: MeasuredSamples,
  settings: FitSettings,
  diagnosed: DiagnosedSample = diagnosedSample(samples, settings),
): ResolvedFitSettings {
  const { iterations } = settings;
  if (iterations !== 'auto') return { ...settings, iterations };
  const [paper] = ITERATION_CANDIDATES;
  // Ranks do not show how far plain least squares follow a huge reward.
  if (hasFar(samples.rewards)) return { ...settings, iterations: paper };
  const { samples: thinned, order } = diagnosed;
  const view = comparedView(settings);
  const x = view(columnOf(thinned, settings.characteristics[0].name), thinned);
  let best = { iterations: paper, correlation: Number.POSITIVE_INFINITY };
  for (const candidate of ITERATION_CANDIDATES) {
    const crossFitted = crossFit(thinned, { ...settings, iterations: candidate });
    if (crossFitted === undefined) break;
    const removed = thinned.rewards.map((reward, i) => Math.abs(reward - crossFitted[i]));
    const settled = withoutRounding(view(crossFitted, thinned), roundingBound(thinned.rewards, removed));
    const correlation = Math.abs(order.spearman(x, settled) ?? 0);
    if (correlation < best.correlation) best = { iterations: candidate, correlation };
  }
  return { ...settings, iterations: best.iterations };
}

function hasFar(rewards: Float64Array): boolean {
  const ordinary = ordinaryOf(rewards);
  return rewards.some((reward) => isFar(ordinary, reward));
}
