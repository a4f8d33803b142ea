import type { BiasEstimation } from './estimate.js';
import type { FitFigures } from './fit.js';
import type { FitSettings } from './fit-settings.js';
import type { MeasuredSamples } from './samples.js';

/** Something about a fit that a user should look at before trusting it. */
export interface Warning {
  /** Stable, for machines. */
  readonly code: string;
  /** What was seen, what it means, what to do: for people. */
  readonly message: string;
}

/** A correlation that is smaller than this times the one before has hardly been reduced. */
const HARDLY_REDUCED = 0.5;

/** What is suspicious about a fit, worst first. */
export function findWarnings(
  _samples: MeasuredSamples,
  _settings: FitSettings & { iterations: number },
  _estimation: BiasEstimation,
  { spearman }: FitFigures,
): Warning[] {
  const before = Math.abs(spearman.before ?? 0);
  const after = Math.abs(spearman.after ?? 0);
  if (after <= HARDLY_REDUCED * before) return [];
  return [{ code: 'hardly-reduced', message: `the rank correlation went from ${before} to ${after}` }];
}
