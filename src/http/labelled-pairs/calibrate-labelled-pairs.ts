import type { AlphaChoice } from '../../calibration/evaluation/alpha-by-labels.js';
import { type CalibratedPairs, calibratePairs, fitPairs } from '../../calibration/evaluation/evaluate.js';
import { placing } from '../../calibration/fit/finite.js';
import type { FitSettings } from '../../calibration/fit/fit-settings.js';
import type { BetaDistribution } from '../../calibration/statistics/beta.js';
import type { FittedCurve } from '../../curves/curve-history.js';
import { type CurveIdentity, identityOf } from '../../curves/curve-identity.js';
import { isCurve, warnedOfUnused } from '../jobs/curve-or-settings.js';
import { inPairs } from './pair-places.js';
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
  { pairs, places, calibrator }: LabelledRequest,
  distribution: BetaDistribution,
): PairCalibration {
  if (isCurve(calibrator)) {
    const { settings, curves } = calibrator;
    const calibrated = calibratePairs(pairs, curves);
    const { diagnostics } = warnedOfUnused(calibrator, pairs.samples);
    return { curve: identityOf(calibrator), settings, calibrated, alphaChoices: [], diagnostics };
  }
  const started = performance.now();
  const { fit, alphaChoices, ...calibrated } = placing(inPairs(places, pairs), () =>
    fitPairs(pairs, calibrator, distribution),
  );
  const fitSeconds = (performance.now() - started) / 1000;
  const diagnostics = { ...fit.diagnostics, fitSeconds };
  return { curve: null, settings: calibrator, calibrated, alphaChoices, diagnostics };
}
