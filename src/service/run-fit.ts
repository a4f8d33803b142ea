import { type CalibratedColumns, calibrateColumns, firstNotFinite } from '../calibration/curve/calibrate.js';
import { NotFinite, placing, type ValuePlace } from '../calibration/fit/finite.js';
import { type Fit, fitBias } from '../calibration/fit/fit.js';
import { jointCountsOf } from '../calibration/fit/joint-counts.js';
import { Stopwatch } from '../lowess/stopwatch.js';
import { SYSTEM_CLOCK } from './clock.js';
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
export function runFit(request: FitRequest, placeOf: ValuePlace = valuePlaceIn(request.field)): FinishedFit {
  return runFitAnd(request, () => ({}), placeOf);
}

/** The same for a curve that is kept: with the name of the reward model, and where its samples lie. */
export function runNamedFit({ rewardModel, ...request }: NamedFitRequest): NamedFit {
  return runFitAnd(request, (_, watch) => ({
    rewardModel,
    jointCounts: watch.time('joint_counts', () => jointCountsOf(request.samples, request.settings)),
  }));
}

/**
 * Fits, and calibrates the fitted samples.
 *
 * @throws as {@link runFit}; NotFinite where a calibrated reward is not finite.
 */
export function runFitCalibrate(request: FitRequest): CalibratingFit {
  return runFitAnd(request, ({ curves }, watch) => {
    const calibration = watch.time('calibration', () => calibrateColumns(request.samples, curves, false));
    refuseNotFinite(calibration, valuePlaceIn(request.field));
    return { calibration };
  });
}

/** Fits and adds what else the answer holds; the time is that of both. */
function runFitAnd<More>(
  { settings, samples, field }: FitRequest,
  addTo: (fit: Fit, watch: Stopwatch) => More,
  placeOf: ValuePlace = valuePlaceIn(field),
): FinishedFit & More {
  const watch = new Stopwatch(() => SYSTEM_CLOCK.now());
  const fit = placing(placeOf, () => fitBias(samples, settings, watch));
  const more = addTo(fit, watch);
  const diagnostics = { ...fit.diagnostics, fitSeconds: watch.total };
  const { seconds } = watch;
  return { settings, samples: samples.rewards.length, ...fit, ...more, diagnostics, seconds };
}

function refuseNotFinite({ rewards }: CalibratedColumns, placeOf: ValuePlace): void {
  const broken = firstNotFinite(rewards);
  if (broken < 0) return;
  const value = { column: 'rewards', sample: broken };
  throw new NotFinite(value, placeOf(value));
}
