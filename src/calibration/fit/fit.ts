import type { BiasCurve } from '../curve/bias-curve.js';
import { chooseIterations } from './choose-iterations.js';
import { type Correlations, pearson, spearman, thinEvenly } from '../statistics/correlation.js';
import { crossFit, thinForCrossFit } from './cross-fit.js';
import { InvalidInput } from '../errors.js';
import { type BiasEstimation, columnOf, estimateBias } from './estimate.js';
import type { LwrRegression } from '../estimators/lwr.js';
import { blaming, requireFinite } from './finite.js';
import { type FitSettings, MIN_FIT_SAMPLES } from './fit-settings.js';
import { type ColumnView, judgedSamples, judgedView } from './compared-columns.js';
import { medianDeviation, type RobustScale, robustScale } from '../statistics/robust-scale.js';
import type { MeasuredSamples } from '../samples/samples.js';
import type { Warning } from '../warnings/warning.js';
import { findWarnings } from '../warnings/find-warnings.js';

/** What the regression on one characteristic says about itself. */
export interface CharacteristicDiagnostics
  extends Omit<LwrRegression, 'residualScale' | 'robustWeightRemoved'> {
  readonly characteristic: string;
}

/** What a fit tells apart from its warnings, and what those are found from besides. */
export interface FitFigures extends Omit<FitDiagnostics, 'warnings'> {
  /** The rank correlations that the estimator is to bring to 0: `spearman`, or for `lwr-within` those within prompts. */
  readonly judged: Correlations;
  /** How many independent samples those stand on. */
  readonly judgedSamples: number;
}

/** What a fit says about itself. Correlations are of the first characteristic and the reward, over the fitted samples. */
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
  /** What is suspicious; see {@link findWarnings}. */
  readonly warnings: readonly Warning[];
}

/** The fitted curves, in the order in which they are removed. */
export interface Fit {
  readonly curves: readonly BiasCurve[];
  /** Of the calibrated rewards of the fitted samples: what it takes to compare them with another reward model's. */
  readonly rewardScale: RobustScale;
  readonly diagnostics: FitDiagnostics;
}

/**
 * Fits the bias curves of the samples and says how far they can be trusted.
 *
 * @throws InvalidInput with code `too-few-samples` below {@link MIN_FIT_SAMPLES} samples, or as {@link estimateBias}; NotFinite, naming
 *   the value to blame, where any number of the fit is not finite: JSON has no such number, and no curve may hold one.
 */
export function fitBias(samples: MeasuredSamples, settings: FitSettings): Fit {
  const count = samples.rewards.length;
  if (count < MIN_FIT_SAMPLES) throw tooFewSamples(count);
  return blaming(samples, () => {
    const chosen = chooseIterations(samples, settings);
    const estimation = estimateBias(samples, chosen);
    const fit = {
      curves: estimation.curves,
      rewardScale: robustScale(estimation.remaining),
      diagnostics: diagnose(samples, chosen, estimation),
    };
    requireFinite(fit);
    return fit;
  });
}

function diagnose(
  samples: MeasuredSamples,
  settings: FitSettings & { iterations: number },
  estimation: BiasEstimation,
): FitDiagnostics {
  const figures = figuresOf(samples, settings, estimation);
  const { judged: _, judgedSamples: __, ...told } = figures;
  return { ...told, warnings: findWarnings(samples, settings, estimation, figures) };
}

function figuresOf(
  samples: MeasuredSamples,
  settings: FitSettings & { iterations: number },
  { characteristics, remaining }: BiasEstimation,
): FitFigures {
  const last = characteristics.findLast(({ regression }) => regression !== undefined)?.regression;
  return {
    ...correlationsOf(samples, settings, remaining),
    residualScale: last?.residualScale ?? medianDeviation(remaining),
    robustWeightRemoved: last?.robustWeightRemoved ?? 0,
    iterations: settings.iterations,
    characteristics: characteristics.flatMap(({ name, regression }) => tellRegression(name, regression)),
  };
}

function tellRegression(
  characteristic: string,
  regression: LwrRegression | undefined,
): CharacteristicDiagnostics[] {
  if (regression === undefined) return [];
  const { residualScale: _, robustWeightRemoved: __, ...told } = regression;
  return [{ characteristic, ...told }];
}

function correlationsOf(
  samples: MeasuredSamples,
  settings: FitSettings & { iterations: number },
  remaining: Float64Array,
): Pick<FitFigures, 'spearman' | 'pearson' | 'judged' | 'judgedSamples'> {
  const { name } = settings.characteristics[0];
  const thinned = thinForCrossFit(samples, settings);
  const crossFitted = crossFit(thinned, settings);
  const tell = (correlate: typeof spearman, view: ColumnView = (column) => column) => {
    const x = thinEvenly(view(columnOf(samples, name), samples));
    return {
      before: correlate(x, thinEvenly(view(samples.rewards, samples))),
      after: correlate(x, thinEvenly(view(remaining, samples))),
      crossFitted: crossFitted
        ? correlate(view(columnOf(thinned, name), thinned), view(crossFitted, thinned))
        : null,
    };
  };
  const overall = tell(spearman);
  const isWithin = settings.estimator === 'lwr-within';
  return {
    spearman: overall,
    pearson: tell(pearson),
    judged: isWithin ? tell(spearman, judgedView(settings)) : overall,
    judgedSamples: judgedSamples(samples, settings),
  };
}

function tooFewSamples(count: number): InvalidInput {
  return new InvalidInput(
    `${count} sample(s) are too few to fit: at least ${MIN_FIT_SAMPLES} are needed`,
    [],
    'too-few-samples',
  );
}
