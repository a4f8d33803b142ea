import type { Place } from '../../calibration/errors.js';
import type { AlphaChoice } from '../../calibration/evaluation/alpha-by-labels.js';
import { type CalibratedPairs, calibratePairs, fitPairs } from '../../calibration/evaluation/evaluate.js';
import { countPairs } from '../../calibration/evaluation/pairs.js';
import { placing, type SampleValue } from '../../calibration/fit/finite.js';
import type { FitSettings } from '../../calibration/fit/fit-settings.js';
import type { BetaDistribution } from '../../calibration/statistics/beta.js';
import type { FittedCurve } from '../../curves/curve-history.js';
import { type CurveIdentity, identityOf } from '../../curves/curve-identity.js';
import { isCurve, warnedOfUnused } from '../jobs/curve-or-settings.js';
import { type PairForm, pairRewardPlace, responsePlace } from './pair-places.js';
import type { LabelledRequest } from './read-labelled-pairs.js';

/** Calibrated pairs, and what answers show of their calibration. */
export interface PairCalibration {
  /** Null where a curve was fitted to the pairs. */
  readonly curve: CurveIdentity | null;
  /** As asked for. */
  readonly settings: FitSettings;
  readonly calibrated: CalibratedPairs;
  readonly alphaChoices: readonly AlphaChoice[];
  readonly diagnostics: FittedCurve['diagnostics'];
}

/**
 * Calibrates labelled pairs by the curve of the request, or by one fitted to them.
 *
 * @param distribution see `loadBeta`.
 * @throws InvalidInput as the fit.
 */
export function calibrateLabelledPairs(
  { pairs, form, calibrator }: LabelledRequest,
  distribution: BetaDistribution,
): PairCalibration {
  if (isCurve(calibrator)) {
    const { settings, curves } = calibrator;
    const calibrated = calibratePairs(pairs, curves);
    const { diagnostics } = warnedOfUnused(calibrator, pairs.samples);
    return { curve: identityOf(calibrator), settings, calibrated, alphaChoices: [], diagnostics };
  }
  const started = performance.now();
  const { fit, alphaChoices, ...calibrated } = placing(inPairs(form, countPairs(pairs)), () =>
    fitPairs(pairs, calibrator, distribution),
  );
  const fitSeconds = (performance.now() - started) / 1000;
  const diagnostics = { ...fit.diagnostics, fitSeconds };
  return { curve: null, settings: calibrator, calibrated, alphaChoices, diagnostics };
}

/** The place of a value in a list of all chosen and then all rejected responses. */
export function inPairs(form: PairForm, count: number): (value: SampleValue) => Place {
  return ({ column, sample }) => {
    const side = sample < count ? 'chosen' : 'rejected';
    if (column === 'rewards') return pairRewardPlace(form, sample % count, side);
    const { path, characteristics } = responsePlace(form, sample % count, side);
    return [...path, characteristics, column];
  };
}
