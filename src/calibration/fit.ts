import type { BiasCurve } from './bias-curve.js';
import { type Correlations, MAX_CORRELATION_SAMPLES, pearson, spearman, thinEvenly } from './correlation.js';
import { crossFit, MIN_CROSS_FIT_SAMPLES } from './cross-fit.js';
import { InvalidInput } from './errors.js';
import { type BiasEstimation, columnOf, estimateBias } from './estimate.js';
import type { LwrRegression } from './estimators/lwr.js';
import { type FitSettings, MIN_FIT_SAMPLES } from './fit-settings.js';
import { medianDeviation, type RobustScale, robustScale } from './robust-scale.js';
import { type MeasuredSamples, selectSamples } from './samples.js';
import { findWarnings, type Warning } from './warnings.js';

/** What the regression on one characteristic says about itself. */
export interface CharacteristicDiagnostics
  extends Omit<LwrRegression, 'residualScale' | 'robustWeightRemoved'> {
  readonly characteristic: string;
}

/** What a fit tells apart from its warnings. */
export type FitFigures = Omit<FitDiagnostics, 'warnings'>;

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
 * @throws InvalidInput with code `too-few-samples` below {@link MIN_FIT_SAMPLES} samples, or as {@link estimateBias}.
 */
export function fitBias(samples: MeasuredSamples, settings: FitSettings): Fit {
  const count = samples.rewards.length;
  if (count < MIN_FIT_SAMPLES) throw tooFewSamples(count);
  const chosen = chooseIterations(samples, settings);
  const estimation = estimateBias(samples, chosen);
  return {
    curves: estimation.curves,
    rewardScale: robustScale(estimation.remaining),
    diagnostics: diagnose(samples, chosen, estimation),
  };
}

/** What `iterations: "auto"` chooses from: plain least squares, and the paper's. On equal terms the paper's. */
const ITERATION_CANDIDATES = [3, 0];

/** Settings whose iterations are a number: where they are to be chosen, those that leave the least rank correlation by cross-fitting. */
function chooseIterations(
  samples: MeasuredSamples,
  settings: FitSettings,
): FitSettings & { iterations: number } {
  const { iterations } = settings;
  if (iterations !== 'auto') return { ...settings, iterations };
  const [paper] = ITERATION_CANDIDATES;
  if (samples.rewards.length < MIN_CROSS_FIT_SAMPLES) return { ...settings, iterations: paper };
  const thinned = thinForCrossFit(samples);
  const x = columnOf(thinned, settings.characteristics[0].name);
  let best = { iterations: paper, left: Number.POSITIVE_INFINITY };
  for (const candidate of ITERATION_CANDIDATES) {
    const left = Math.abs(spearman(x, crossFit(thinned, { ...settings, iterations: candidate })) ?? 0);
    if (left < best.left) best = { iterations: candidate, left };
  }
  return { ...settings, iterations: best.iterations };
}

/** Correlations are over so many samples anyway; five times as many are fitted to tell them. */
function thinForCrossFit(samples: MeasuredSamples): MeasuredSamples {
  const count = samples.rewards.length;
  if (count <= MAX_CORRELATION_SAMPLES) return samples;
  const kept = Uint32Array.from({ length: MAX_CORRELATION_SAMPLES }, (_, i) =>
    Math.floor((i * count) / MAX_CORRELATION_SAMPLES),
  );
  return selectSamples(samples, kept);
}

function diagnose(
  samples: MeasuredSamples,
  settings: FitSettings & { iterations: number },
  estimation: BiasEstimation,
): FitDiagnostics {
  const figures = figuresOf(samples, settings, estimation);
  return { ...figures, warnings: findWarnings(samples, settings, estimation, figures) };
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
): Pick<FitDiagnostics, 'spearman' | 'pearson'> {
  const { name } = settings.characteristics[0];
  const x = thinEvenly(columnOf(samples, name));
  const before = thinEvenly(samples.rewards);
  const after = thinEvenly(remaining);
  const thinned = thinForCrossFit(samples);
  const crossFitted =
    thinned.rewards.length < MIN_CROSS_FIT_SAMPLES ? undefined : crossFit(thinned, settings);
  const tell = (correlate: typeof spearman) => ({
    before: correlate(x, before),
    after: correlate(x, after),
    crossFitted: crossFitted ? correlate(columnOf(thinned, name), crossFitted) : null,
  });
  return { spearman: tell(spearman), pearson: tell(pearson) };
}

function tooFewSamples(count: number): InvalidInput {
  return new InvalidInput(
    `${count} sample(s) are too few to fit: at least ${MIN_FIT_SAMPLES} are needed`,
    [],
    'too-few-samples',
  );
}
