import type { BiasCurve } from '../curve/bias-curve.js';
import { sizesRemoved } from '../curve/calibrate.js';
import { InvalidInput } from '../errors.js';
import type { LwrRegression } from '../estimators/lwr.js';
import type { MeasuredSamples } from '../samples/samples.js';
import { pearson, spearman, thinEvenly } from '../statistics/correlation.js';
import { medianDeviation, type RobustScale, robustScale } from '../statistics/robust-scale.js';
import { roundingBound, withoutRounding } from '../statistics/rounding.js';
import { findWarnings } from '../warnings/find-warnings.js';
import { chooseIterations } from './choose-iterations.js';
import { type ColumnView, comparedView, countIndependent } from './compared-columns.js';
import { crossFit, thinForCrossFit } from './cross-fit.js';
import type { CharacteristicDiagnostics, FitDiagnostics, FitFigures } from './diagnostics.js';
import { type BiasEstimation, columnOf, estimateBias } from './estimate.js';
import { blaming, requireFinite } from './finite.js';
import { type FitSettings, MIN_FIT_SAMPLES, type ResolvedFitSettings } from './fit-settings.js';

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
 * @throws InvalidInput with code `too-few-samples` below {@link MIN_FIT_SAMPLES} samples, or as
 *   {@link estimateBias}; NotFinite, naming the greatest value, where any number of the fit is not finite:
 *   JSON has no such number.
 */
export function fitBias(samples: MeasuredSamples, settings: FitSettings): Fit {
  requireEnough(samples);
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
  settings: ResolvedFitSettings,
  estimation: BiasEstimation,
): FitDiagnostics {
  const figures = figuresOf(samples, settings, estimation);
  const { targetCorrelations: _, independentSamples: __, rounding: ___, ...diagnostics } = figures;
  return { ...diagnostics, warnings: findWarnings(samples, settings, estimation, figures) };
}

function figuresOf(
  samples: MeasuredSamples,
  settings: ResolvedFitSettings,
  { curves, characteristics, remaining }: BiasEstimation,
): FitFigures {
  const thinned = thinForCrossFit(samples, settings);
  const rounding = roundingBound(thinned.rewards, sizesRemoved(thinned, curves));
  const last = characteristics.findLast(({ regression }) => regression !== undefined)?.regression;
  return {
    ...correlationsOf(samples, thinned, settings, { remaining, rounding }),
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
  samples: MeasuredSamples,
  thinned: MeasuredSamples,
  settings: ResolvedFitSettings,
  { remaining, rounding }: { readonly remaining: Float64Array; readonly rounding: number },
): Pick<FitFigures, 'spearman' | 'pearson' | 'targetCorrelations' | 'independentSamples'> {
  const { name } = settings.characteristics[0];
  const crossFitted = crossFit(thinned, settings);
  const settled = (column: Float64Array) => withoutRounding(column, rounding);
  const correlationsBy = (correlate: typeof spearman, view: ColumnView = (column) => column) => {
    const x = thinEvenly(view(columnOf(samples, name), samples));
    return {
      before: correlate(x, thinEvenly(view(samples.rewards, samples))),
      after: correlate(x, settled(thinEvenly(view(remaining, samples)))),
      crossFitted: crossFitted
        ? correlate(view(columnOf(thinned, name), thinned), settled(view(crossFitted, thinned)))
        : null,
    };
  };
  const overall = correlationsBy(spearman);
  const isWithin = settings.estimator === 'lwr-within';
  return {
    spearman: overall,
    pearson: correlationsBy(pearson),
    targetCorrelations: isWithin ? correlationsBy(spearman, comparedView(settings)) : overall,
    independentSamples: countIndependent(samples, settings),
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
