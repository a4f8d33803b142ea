import { characteristicsOf } from '../calibration/bias-curve.js';
import { type Calibration, calibrate, firstNotFinite } from '../calibration/calibrate.js';
import { Conflict, InvalidInput } from '../calibration/errors.js';
import {
  checkGiven,
  givenBuiltIns,
  type MeasuredSamples,
  measure,
  measureAvailable,
  rewardPlace,
  type Samples,
} from '../calibration/samples.js';
import type { VersionedCurve } from '../curves/curve-history.js';
import type { CalibratedBatch } from '../telemetry/metrics.js';
import { measureAhead } from './measure-ahead.js';
import type { CalibrateAnswer } from './schemas/calibrate.js';
import type { Services } from './services.js';

/** How to calibrate a batch; every default filled in. */
export interface CalibrateOptions {
  readonly rewardModel: string;
  readonly version: number | undefined;
  readonly keepMean: boolean;
  readonly observe: boolean;
  readonly onMissingCurve: 'error' | 'passthrough';
  /** Whether the answer holds what was taken from each reward. */
  readonly includeBiases: boolean;
  /** Whether the answer keeps the raw rewards: calibration is for the metrics only. */
  readonly isShadow?: boolean;
}

/** A calibration, and the same as the metrics see it; undefined where there was no curve. */
export interface CountedCalibration extends Calibration {
  readonly batch: CalibratedBatch | undefined;
}

/** A calibration that was checked, of which nothing was kept or counted yet. */
export interface CheckedCalibration extends CountedCalibration {
  readonly measured: MeasuredSamples;
}

/** What is measured of observed text when no curve says otherwise. */
const ALWAYS_OBSERVED = 'chars';

/**
 * Calibrates one batch and, if asked, keeps its numbers for a later refit; see {@link calibrateSamples}. Much text is measured in
 * slices, for which the answer is a promise.
 *
 * @throws Conflict `no-curve`; NotFound; as {@link calibrateSamples}.
 */
export function calibrateBatch(
  services: Services,
  samples: Samples,
  options: CalibrateOptions,
): CalibrateAnswer | Promise<CalibrateAnswer> {
  const curve = chooseCurve(services, options);
  const ready = measureAhead(samples, () => namesToMeasure(curve, samples, options));
  const answer = (measurable: Samples) => answerBatch(services, curve, measurable, options);
  return ready instanceof Promise ? ready.then(answer) : answer(ready);
}

function answerBatch(
  services: Services,
  curve: VersionedCurve | undefined,
  samples: Samples,
  options: CalibrateOptions,
): CalibrateAnswer {
  const { rewards, biases, extrapolated } = calibrateSamples(services, curve, samples, options);
  services.metrics.batch(rewards.length);
  return {
    reward_model: options.rewardModel,
    version: curve?.version ?? null,
    calibrated: curve !== undefined,
    rewards,
    ...(options.includeBiases && { biases }),
    extrapolated,
  };
}

/**
 * The curve that a request shall be calibrated with; undefined where there is none and its rewards pass through.
 *
 * @throws Conflict `no-curve`; NotFound for a version that is not there.
 */
export function chooseCurve(
  { registry }: Services,
  options: Pick<CalibrateOptions, 'rewardModel' | 'version' | 'onMissingCurve'>,
): VersionedCurve | undefined {
  const curve = registry.find(options.rewardModel, options.version);
  if (curve === undefined && options.onMissingCurve === 'error') throw noCurve();
  return curve;
}

/** What {@link calibrateSamples} may measure of the samples' text. */
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
 * Calibrates samples and counts them; with `observe` also keeps their numbers. Everything is computed and checked before
 * anything is kept or counted; text is measured once.
 *
 * @throws as {@link checkedCalibration} and {@link keep}.
 */
export function calibrateSamples(
  services: Services,
  curve: VersionedCurve | undefined,
  samples: Samples,
  options: Pick<CalibrateOptions, 'rewardModel' | 'observe' | 'keepMean' | 'isShadow'>,
): CountedCalibration {
  const checked = checkedCalibration(curve, samples, options);
  keep(services, checked, options);
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
  // Without a curve everything given is checked all the same, so that a mistake shows before the first curve does.
  const measured =
    curve === undefined && !observe
      ? checkGiven(samples)
      : observe
        ? measureAvailable(samples, names, [ALWAYS_OBSERVED])
        : measure(samples, names);
  if (curve === undefined) return { ...passThrough(measured), measured, batch: undefined };
  const calibration = calibrateWith(curve, samples, measured, keepMean);
  return { ...calibration, measured, batch: toBatch(curve, measured, calibration) };
}

/**
 * Counts a calibration; with `observe` also keeps the numbers of its samples.
 *
 * @throws as {@link keepObserved}, before anything is counted.
 */
export function keep(
  services: Services,
  checked: CheckedCalibration,
  options: Pick<CalibrateOptions, 'rewardModel' | 'observe' | 'isShadow'>,
): void {
  if (options.observe) keepObserved(services, checked, options);
  countCalibrated(services, checked, options);
}

/**
 * Keeps the numbers of samples for a later refit.
 *
 * @throws Conflict `too-many-reward-models`; InvalidInput `too-many-characteristics`; before anything is kept.
 */
export function keepObserved(
  { registry, windows, metrics }: Services,
  { rewards, measured }: CheckedCalibration,
  { rewardModel }: Pick<CalibrateOptions, 'rewardModel'>,
): void {
  registry.checkRoom(rewardModel, windows.rewardModels);
  windows.observe(rewardModel, measured);
  metrics.samples(rewardModel, 'observed', rewards.length);
}

/** Counts a calibration, or rewards that passed through. */
export function countCalibrated(
  { metrics }: Services,
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
): Calibration {
  const calibration = calibrate(measured, curve.curves, keepMean);
  const broken = firstNotFinite(calibration.rewards);
  if (broken >= 0) {
    const message = 'this reward is so large that its calibrated reward is not a finite number';
    throw new InvalidInput(message, [{ path: rewardPlace(samples, broken), message }]);
  }
  return calibration;
}

function passThrough(measured: MeasuredSamples): Calibration {
  const rewards = Array.from(measured.rewards);
  return { rewards, biases: new Array<number>(rewards.length).fill(0), extrapolated: [] };
}

function toBatch(
  { version, curves: [first] }: VersionedCurve,
  measured: MeasuredSamples,
  { rewards, biases, extrapolated }: Calibration,
): CalibratedBatch {
  return {
    version,
    characteristic: measured.characteristics.get(first?.characteristic ?? '') ?? new Float64Array(),
    rawRewards: measured.rewards,
    rewards,
    biases,
    extrapolated: extrapolated.length,
  };
}

function noCurve(): Conflict {
  const message =
    'no curve was fitted for this reward model: POST /v1/fit first, or send "on_missing_curve": "passthrough"';
  return new Conflict('no-curve', message, [{ path: ['reward_model'], message }]);
}
