import { characteristicsOf } from '../calibration/curve/bias-curve.js';
import { type CalibratedColumns, calibrateColumns, refuseNotFinite } from '../calibration/curve/calibrate.js';
import {
  checkGiven,
  givenBuiltIns,
  type MeasuredSamples,
  measure,
  measureAvailable,
  rewardPlace,
  type Samples,
} from '../calibration/samples/samples.js';
import type { VersionedCurve } from '../curves/curve-history.js';
import type { CurveRegistry } from '../curves/registry.js';
import type { SampleWindows } from '../fitting/sample-windows.js';
import type { CalibratedBatch, Metrics } from '../telemetry/metrics.js';

/** How to calibrate a batch; every default filled in. */
export interface CalibrateOptions {
  readonly rewardModel: string;
  readonly keepMean: boolean;
  /** Whether the numbers of the samples are kept for a later refit. */
  readonly observe: boolean;
  /** Whether the answer keeps the raw rewards: calibration is for the metrics only. */
  readonly isShadow?: boolean;
}

/** The dependencies of keeping and counting a calibration. */
export interface KeepingDependencies {
  readonly registry: CurveRegistry;
  readonly windows: SampleWindows;
  readonly metrics: Metrics;
}

/** A calibration, and the same as the metrics see it; undefined where there was no curve. */
export interface CountedCalibration extends CalibratedColumns {
  readonly batch: CalibratedBatch | undefined;
}

/** A checked calibration of which nothing is kept or counted yet. */
export interface CheckedCalibration extends CountedCalibration {
  readonly measured: MeasuredSamples;
}

/** The characteristic measured of observed text when no curve names others. */
const ALWAYS_OBSERVED = 'chars';

/** The characteristics that {@link calibrateSamples} may measure of the samples' text. */
export function namesToMeasure(
  curve: VersionedCurve | undefined,
  samples: Samples,
  { observe }: Pick<CalibrateOptions, 'observe'>,
): string[] {
  const names = characteristicsOf(curve?.curves ?? []);
  if (curve !== undefined && !observe) return names;
  return [...new Set([...names, ...(observe ? [ALWAYS_OBSERVED] : []), ...givenBuiltIns(samples)])];
}

/**
 * Calibrates samples and counts them; with `observe` also keeps their numbers. Everything is computed and
 * checked before anything is kept or counted; text is measured once.
 *
 * @throws as {@link checkedCalibration} and {@link keep}.
 */
export function calibrateSamples(
  dependencies: KeepingDependencies,
  curve: VersionedCurve | undefined,
  samples: Samples,
  options: CalibrateOptions,
): CountedCalibration {
  const checked = checkedCalibration(curve, samples, options);
  keep(dependencies, checked, options);
  return checked;
}

/**
 * Calibrates samples.
 *
 * @throws InvalidInput as `calibration/samples`, or where a calibrated reward is not finite.
 */
export function checkedCalibration(
  curve: VersionedCurve | undefined,
  samples: Samples,
  { observe, keepMean }: Pick<CalibrateOptions, 'observe' | 'keepMean'>,
): CheckedCalibration {
  const names = characteristicsOf(curve?.curves ?? []);
  // Samples are checked without a curve, too, so that a mistake shows before the first curve exists.
  const measured =
    curve === undefined && !observe
      ? checkGiven(samples)
      : observe
        ? measureAvailable(samples, names, [ALWAYS_OBSERVED])
        : measure(samples, names);
  if (curve === undefined) return { ...passThrough(measured), measured, batch: undefined };
  const calibration = calibrateWith(curve, samples, measured, keepMean);
  // Field by field: V8 takes six microseconds to spread it.
  const { rewards, biases, extrapolated } = calibration;
  return { rewards, biases, extrapolated, measured, batch: toBatch(curve, measured, calibration) };
}

/**
 * Counts a calibration; with `observe` also keeps the numbers of its samples.
 *
 * @throws as {@link keepObserved}, before anything is counted.
 */
export function keep(
  dependencies: KeepingDependencies,
  checked: CheckedCalibration,
  options: Pick<CalibrateOptions, 'rewardModel' | 'observe' | 'isShadow'>,
): void {
  if (options.observe) keepObserved(dependencies, checked, options);
  countCalibrated(dependencies, checked, options);
}

/**
 * Keeps the numbers of samples for a later refit.
 *
 * @throws Conflict `too-many-reward-models`; InvalidInput `too-many-characteristics`;
 *   before anything is kept.
 */
export function keepObserved(
  { registry, windows, metrics }: KeepingDependencies,
  { rewards, measured }: CheckedCalibration,
  { rewardModel }: Pick<CalibrateOptions, 'rewardModel'>,
): void {
  registry.checkRoom(rewardModel, windows.rewardModels);
  windows.observe(rewardModel, measured);
  metrics.samples(rewardModel, 'observed', rewards.length);
}

/** Counts a calibration, or rewards that passed through. */
export function countCalibrated(
  { metrics }: Pick<KeepingDependencies, 'metrics'>,
  { rewards, batch }: CheckedCalibration,
  { rewardModel, isShadow }: Pick<CalibrateOptions, 'rewardModel' | 'isShadow'>,
): void {
  if (batch === undefined) metrics.passedThrough(rewards.length);
  else metrics.calibrated(rewardModel, batch, isShadow ? 'shadow' : 'calibrated');
}

function calibrateWith(
  curve: VersionedCurve,
  samples: Samples,
  measured: MeasuredSamples,
  keepMean: boolean,
): CalibratedColumns {
  const calibration = calibrateColumns(measured, curve.curves, keepMean);
  refuseNotFinite(calibration.rewards, (sample) => rewardPlace(samples, sample));
  return calibration;
}

function passThrough({ rewards }: MeasuredSamples): CalibratedColumns {
  return { rewards, biases: new Float64Array(rewards.length), extrapolated: [] };
}

function toBatch(
  { version, curves: [first], jointCounts }: VersionedCurve,
  measured: MeasuredSamples,
  { rewards, biases, extrapolated }: CalibratedColumns,
): CalibratedBatch {
  return {
    version,
    characteristic: measured.characteristics.get(first?.characteristic ?? '') ?? new Float64Array(),
    rawRewards: measured.rewards,
    rewards,
    biases,
    extrapolated: extrapolated.length,
    fitted: jointCounts,
  };
}
