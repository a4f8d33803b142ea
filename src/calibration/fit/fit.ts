import { type Stopwatch, stoppedWatch } from '../../lowess/stopwatch.js';
import type { BiasCurve } from '../curve/bias-curve.js';
import { sizesRemoved } from '../curve/calibrate.js';
import { InvalidInput } from '../errors.js';
import type { LwrRegression } from '../estimators/lwr.js';
import type { MeasuredSamples } from '../samples/samples.js';
import { type Correlations, spearman } from '../statistics/correlation.js';
import { medianDeviation, type RobustScale, robustScale } from '../statistics/robust-scale.js';
import { roundingBound } from '../statistics/rounding.js';
import { findWarnings } from '../warnings/find-warnings.js';
import { estimateChosen } from './choose-iterations.js';
import { type ColumnView, comparedView, countIndependent } from './compared-columns.js';
import { diagnosedSample } from './diagnosed-sample.js';
import type { CharacteristicDiagnostics, FitDiagnostics, FitFigures } from './diagnostics.js';
import { columnOf } from './estimate.js';
import { blaming, requireFinite } from './finite.js';
import { type FitSettings, MIN_FIT_SAMPLES } from './fit-settings.js';
import type { FittedSamples } from './fitted-samples.js';

/** The fitted curves, in the order in which they are removed. */
export interface Fit {
  readonly curves: readonly BiasCurve[];
  /**
   * Mean and scale of the calibrated rewards of the fitted samples, for comparison with other reward models.
   */
  readonly rewardScale: RobustScale;
  readonly diagnostics: FitDiagnostics;
}

/**
 * Fits the bias curves of the samples, with diagnostics and warnings.
 *
 * @param watch times the parts.
 * @throws InvalidInput with code `too-few-samples` below {@link MIN_FIT_SAMPLES} samples, or as
 *   {@link estimateChosen}; NotFinite, naming the greatest value, where any number of the fit is not finite:
 *   JSON has no such number.
 */
export function fitBias(
  samples: MeasuredSamples,
  settings: FitSettings,
  watch: Stopwatch = stoppedWatch(),
): Fit {
  requireEnough(samples);
  return blaming(samples, () => {
    const sample = diagnosedSample(samples, settings);
    const chosen = estimateChosen(samples, sample, settings, watch);
    const { curves, remaining } = chosen.estimation;
    const fit = {
      curves,
      rewardScale: robustScale(remaining),
      diagnostics: diagnose({ samples, sample, ...chosen }, watch),
    };
    requireFinite(fit);
    return fit;
  });
}

function diagnose(fitted: FittedSamples, watch: Stopwatch): FitDiagnostics {
  const figures = watch.time('correlations', () => figuresOf(fitted));
  const { targetCorrelations: _, independentSamples: __, rounding: ___, ...diagnostics } = figures;
  return { ...diagnostics, warnings: watch.time('warnings', () => findWarnings(fitted, figures)) };
}

function figuresOf(fitted: FittedSamples): FitFigures {
  const { sample, settings, estimation } = fitted;
  const { curves, characteristics, remaining } = estimation;
  const rounding = roundingBound(sample.samples.rewards, sizesRemoved(sample.samples, curves));
  const last = characteristics.findLast(({ regression }) => regression !== undefined)?.regression;
  return {
    ...correlationsOf(fitted, rounding),
    rounding,
    residualScale: last?.residualScale ?? medianDeviation(remaining),
    robustWeightRemoved: last?.robustWeightRemoved ?? 0,
    iterations: settings.iterations,
    characteristics: characteristics.flatMap(({ name, regression }) => diagnosticsOf(name, regression)),
  };
}

function diagnosticsOf(
  characteristic: string,
  regression: LwrRegression | undefined,
): CharacteristicDiagnostics[] {
  if (regression === undefined) return [];
  const { residualScale: _, robustWeightRemoved: __, ...diagnostics } = regression;
  return [{ characteristic, ...diagnostics }];
}

function correlationsOf(
  { samples: all, sample, settings, estimation }: FittedSamples,
  rounding: number,
): Pick<FitFigures, 'spearman' | 'pearson' | 'targetCorrelations' | 'independentSamples'> {
  const { samples, order } = sample;
  const settled = (column: Float64Array) => order.withoutRounding(column, rounding);
  const correlationsBy = (view: ColumnView) => {
    const x = view(columnOf(samples, settings.characteristics[0].name), samples);
    const before = view(samples.rewards, samples);
    const after = settled(view(sample.of(estimation.remaining), samples));
    const unseen = estimation.unseen && settled(view(estimation.unseen, samples));
    return (correlate: typeof spearman): Correlations => ({
      before: correlate(x, before),
      after: correlate(x, after),
      crossFitted: unseen ? correlate(x, unseen) : null,
    });
  };
  const overall = correlationsBy((column) => column);
  const ranks = overall((x, y) => order.spearman(x, y));
  const isWithin = settings.estimator === 'lwr-within';
  return {
    spearman: ranks,
    pearson: overall((x, y) => order.pearson(x, y)),
    targetCorrelations: isWithin ? correlationsBy(comparedView(settings))(spearman) : ranks,
    independentSamples: countIndependent(all, settings),
  };
}

/**
 * Refuses samples that are too few for any fit.
 *
 * @throws InvalidInput with code `too-few-samples` below {@link MIN_FIT_SAMPLES} samples.
 */
export function requireEnough({ rewards: { length: count } }: MeasuredSamples): void {
  if (count >= MIN_FIT_SAMPLES) return;
  throw new InvalidInput(
    'too-few-samples',
    `${count} sample(s) are too few to fit: at least ${MIN_FIT_SAMPLES} are needed`,
    [],
  );
}
