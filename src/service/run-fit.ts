import { type CalibratedColumns, calibrateColumns, firstNotFinite } from '../calibration/curve/calibrate.js';
import { NotFinite, placing, type ValuePlace } from '../calibration/fit/finite.js';
import { fitBias } from '../calibration/fit/fit.js';
import { jointCountsOf } from '../calibration/fit/joint-counts.js';
import {
  type CalibratingFit,
  type FinishedFit,
  type FitRequest,
  type NamedFit,
  type NamedFitRequest,
  valuePlaceIn,
} from './fit-request.js';

/**
 * Fits, in the thread that calls it.
 *
 * @param placeOf where a value of the samples stands in what the caller sent.
 * @throws as {@link fitBias}.
 */
export function runFit(
  { settings, samples, field }: FitRequest,
  placeOf: ValuePlace = valuePlaceIn(field),
): FinishedFit {
  const started = performance.now();
  const { diagnostics, ...fitted } = placing(placeOf, () => fitBias(samples, settings));
  const fitSeconds = (performance.now() - started) / 1000;
  const count = samples.rewards.length;
  return { settings, samples: count, ...fitted, diagnostics: { ...diagnostics, fitSeconds } };
}

/** The same for a curve that is kept: with the name of the reward model, and where its samples lie. */
export function runNamedFit({ rewardModel, ...request }: NamedFitRequest): NamedFit {
  return { rewardModel, ...runFit(request), jointCounts: jointCountsOf(request.samples, request.settings) };
}

/**
 * Fits, and calibrates the fitted samples.
 *
 * @throws as {@link runFit}; NotFinite where a calibrated reward is not finite.
 */
export function runFitCalibrate(request: FitRequest): CalibratingFit {
  const finished = runFit(request);
  const calibration = calibrateColumns(request.samples, finished.curves, false);
  refuseNotFinite(calibration, valuePlaceIn(request.field));
  return { ...finished, calibration };
}

function refuseNotFinite({ rewards }: CalibratedColumns, placeOf: ValuePlace): void {
  const broken = firstNotFinite(rewards);
  if (broken < 0) return;
  const value = { column: 'rewards', sample: broken };
  throw new NotFinite(value, placeOf(value));
}
