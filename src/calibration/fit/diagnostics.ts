import type { LwrRegression } from '../estimators/lwr.js';
import type { Correlations } from '../statistics/correlation.js';
import type { Warning } from '../warnings/warning.js';

/** The diagnostics of the regression on one characteristic. */
export interface CharacteristicDiagnostics
  extends Omit<LwrRegression, 'residualScale' | 'robustWeightRemoved'> {
  readonly characteristic: string;
}

/**
 * The diagnostics of a fit. Correlations are of the first characteristic and the reward, over the fitted
 * samples.
 */
export interface FitDiagnostics {
  readonly spearman: Correlations;
  readonly pearson: Correlations;
  /** Median |residual| of the last regression, in units of reward. */
  readonly residualScale: number;
  /** Share of the weight that the robust iterations of the last regression took away: 0 = none, 1 = all. */
  readonly robustWeightRemoved: number;
  /** The iterations that were used: `auto` chooses. */
  readonly iterations: number;
  /** Of every characteristic that was regressed on, in the order in which they were fitted. */
  readonly characteristics: readonly CharacteristicDiagnostics[];
  /** What is suspicious; see `findWarnings`. */
  readonly warnings: readonly Warning[];
}

/** The diagnostics without warnings, and further input of the warnings. */
export interface FitFigures extends Omit<FitDiagnostics, 'warnings'> {
  /**
   * The rank correlations that the estimator is to bring to 0: `spearman`, or for `lwr-within` those within
   * prompts.
   */
  readonly targetCorrelations: Correlations;
  /** How many independent samples those stand on. */
  readonly independentSamples: number;
  /** By how much calibrated rewards may differ by rounding alone; see `roundingBound`. */
  readonly rounding: number;
}
