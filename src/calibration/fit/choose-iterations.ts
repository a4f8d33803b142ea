import { isFar, ordinaryOf } from '../../lowess/ordinary.js';
import type { Stopwatch } from '../../lowess/stopwatch.js';
import type { MeasuredSamples } from '../samples/samples.js';
import { roundingBound } from '../statistics/rounding.js';
import { comparedView } from './compared-columns.js';
import { type DiagnosedSample, diagnosedSample } from './diagnosed-sample.js';
import { columnOf } from './estimate.js';
import type { FitSettings, ResolvedFitSettings } from './fit-settings.js';
import { estimateUnseen, type UnseenEstimation } from './unseen-rewards.js';

/** What `iterations: "auto"` chooses from: the paper's, and plain least squares. Of equals the paper's. */
const PAPER = 3;
const ALTERNATIVE = 0;

/** An estimation, and the settings by which it was made. */
export interface ChosenEstimation {
  readonly settings: ResolvedFitSettings;
  readonly estimation: UnseenEstimation;
}

/**
 * Resolves `iterations: "auto"` to the candidate with the least rank correlation of unseen samples; to the
 * paper's beside rewards far from all others.
 */
export function chooseIterations(samples: MeasuredSamples, settings: FitSettings): ResolvedFitSettings {
  const resolved = withoutChoice(samples, settings);
  return resolved ?? estimateEach(samples, diagnosedSample(samples, settings), settings).settings;
}

/** Estimates the bias with the iterations that {@link chooseIterations} gives, no candidate twice. */
export function estimateChosen(
  samples: MeasuredSamples,
  sample: DiagnosedSample,
  asked: FitSettings,
  watch?: Stopwatch,
): ChosenEstimation {
  const settings = withoutChoice(samples, asked);
  if (settings === undefined) return estimateEach(samples, sample, asked, watch);
  return { settings, estimation: estimateUnseen(samples, sample, settings, watch) };
}

/** The settings, where the iterations need no fits to choose. */
function withoutChoice(samples: MeasuredSamples, settings: FitSettings): ResolvedFitSettings | undefined {
  const { iterations } = settings;
  if (iterations !== 'auto') return { ...settings, iterations };
  // Ranks do not show how far plain least squares follow a huge reward.
  return hasFar(samples.rewards) ? { ...settings, iterations: PAPER } : undefined;
}

function estimateEach(
  samples: MeasuredSamples,
  sample: DiagnosedSample,
  asked: FitSettings,
  watch?: Stopwatch,
): ChosenEstimation {
  const settings = { ...asked, iterations: PAPER };
  const paper = { settings, estimation: estimateUnseen(samples, sample, settings, watch) };
  if (paper.estimation.unseen === undefined) return paper;
  const other = { ...asked, iterations: ALTERNATIVE };
  const plain = { settings: other, estimation: estimateUnseen(samples, sample, other, watch) };
  return remainingCorrelation(plain, sample) < remainingCorrelation(paper, sample) ? plain : paper;
}

/** |ρ| of the first characteristic and the rewards of unseen samples; 0 where they have none. */
function remainingCorrelation(
  { settings, estimation: { unseen } }: ChosenEstimation,
  { samples, order }: DiagnosedSample,
): number {
  if (unseen === undefined) return Number.POSITIVE_INFINITY;
  const view = comparedView(settings);
  const x = view(columnOf(samples, settings.characteristics[0].name), samples);
  const removed = samples.rewards.map((reward, i) => Math.abs(reward - unseen[i]));
  const settled = order.withoutRounding(view(unseen, samples), roundingBound(samples.rewards, removed));
  return Math.abs(order.spearman(x, settled) ?? 0);
}

function hasFar(rewards: Float64Array): boolean {
  const ordinary = ordinaryOf(rewards);
  return rewards.some((reward) => isFar(ordinary, reward));
}
