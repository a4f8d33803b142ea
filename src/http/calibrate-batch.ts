import { calibrate, firstNotFinite } from '../calibration/calibrate.js';
import { Conflict, InvalidInput } from '../calibration/errors.js';
import { measure, measureAvailable, rewardPlace, type Samples } from '../calibration/samples.js';
import type { VersionedCurve } from '../curves/curve-history.js';
import type { CalibrateAnswer } from './schemas/calibrate.js';
import type { Services } from './services.js';

/** How to calibrate a batch; every default filled in. */
export interface CalibrateOptions {
  readonly rewardModel: string;
  readonly version: number | undefined;
  readonly keepMean: boolean;
  readonly observe: boolean;
  readonly onMissingCurve: 'error' | 'passthrough';
}

/** What is measured of observed text when no curve says otherwise. */
const ALWAYS_OBSERVED = 'chars';

/**
 * Calibrates one batch and, if asked, keeps its numbers for a later refit. Everything is computed and checked before
 * anything is kept.
 *
 * @throws Conflict `no-curve`; InvalidInput as `calibration/samples`, or where a calibrated reward is not finite.
 */
export function calibrateBatch(
  services: Services,
  samples: Samples,
  options: CalibrateOptions,
): CalibrateAnswer {
  const { registry, windows, metrics } = services;
  const { rewardModel, version } = options;
  const curve =
    version === undefined ? registry.current(rewardModel) : registry.version(rewardModel, version);
  if (curve === undefined && options.onMissingCurve === 'error') throw noCurve();
  const answer =
    curve === undefined
      ? passThrough(samples, rewardModel)
      : calibrateWith(services, curve, samples, options);
  if (options.observe) {
    registry.checkRoom(rewardModel, windows.rewardModels);
    const wanted = curve?.curves.map(({ characteristic }) => characteristic) ?? [];
    windows.observe(rewardModel, measureAvailable(samples, [ALWAYS_OBSERVED, ...wanted]));
    metrics.samples(rewardModel, 'observed', answer.rewards.length);
  }
  if (curve === undefined) metrics.passedThrough(answer.rewards.length);
  metrics.batch(answer.rewards.length);
  return answer;
}

function calibrateWith(
  { metrics }: Services,
  curve: VersionedCurve,
  samples: Samples,
  { keepMean }: CalibrateOptions,
): CalibrateAnswer {
  const names = curve.curves.map(({ characteristic }) => characteristic);
  const measured = measure(samples, names);
  const { rewards, biases, extrapolated } = calibrate(measured, curve.curves, keepMean);
  const broken = firstNotFinite(rewards);
  if (broken >= 0) {
    const message = 'this reward is so large that its calibrated reward is not a finite number';
    throw new InvalidInput(message, [{ path: rewardPlace(samples, broken), message }]);
  }
  metrics.calibrated(curve.rewardModel, {
    version: curve.version,
    characteristic: measured.characteristics.get(names[0] ?? '') ?? new Float64Array(),
    rawRewards: measured.rewards,
    rewards,
    biases,
    extrapolated: extrapolated.length,
  });
  const { rewardModel: reward_model, version } = curve;
  return { reward_model, version, calibrated: true, rewards, biases, extrapolated };
}

/** The raw rewards; the samples are checked all the same, so that a mistake shows before the first curve does. */
function passThrough(samples: Samples, rewardModel: string): CalibrateAnswer {
  const rewards = Array.from(measureAvailable(samples, []).rewards);
  const biases = new Array<number>(rewards.length).fill(0);
  return { reward_model: rewardModel, version: null, calibrated: false, rewards, biases, extrapolated: [] };
}

function noCurve(): Conflict {
  const message =
    'no curve was fitted for this reward model: POST /v1/fit first, or send "on_missing_curve": "passthrough"';
  return new Conflict('no-curve', message, [{ path: ['reward_model'], message }]);
}
