import { refuseNotFinite } from '../../calibration/curve/calibrate.js';
import type { Place } from '../../calibration/errors.js';
import type { AlphaChoice } from '../../calibration/evaluation/alpha-by-labels.js';
import {
  type CalibratedPairs,
  calibratePairs,
  type Evaluation,
  type EvaluationSettings,
  evaluate,
  fitPairs,
} from '../../calibration/evaluation/evaluate.js';
import { countPairs, type LabelledPairs } from '../../calibration/evaluation/pairs.js';
import { placing, type SampleValue } from '../../calibration/fit/finite.js';
import type { FitSettings } from '../../calibration/fit/fit-settings.js';
import type { BetaDistribution } from '../../calibration/statistics/beta.js';
import type { FittedCurve } from '../../curves/curve-history.js';
import { type CurveOrSettings, isCurve, warnedOfUnused } from '../jobs/curve-or-settings.js';
import { type PairForm, pairRewardPlace, responsePlace } from './pair-places.js';

/** Labelled pairs, and the curve or settings that calibrate them: plain data, for the worker. */
export interface EvaluationRequest {
  readonly pairs: LabelledPairs;
  readonly form: PairForm;
  readonly calibrator: CurveOrSettings;
  readonly evaluationSettings: EvaluationSettings;
}

/** An evaluation with all that its answer shows. */
export interface FinishedEvaluation {
  readonly rewardModel: string | null;
  readonly version: number | null;
  /** As asked for. */
  readonly settings: FitSettings;
  readonly evaluationSettings: EvaluationSettings;
  readonly count: number;
  readonly calibrated: Pick<CalibratedPairs, 'curves' | 'extrapolated'> & {
    /** How many pairs keep their raw rewards. */
    readonly leftAsTheyAre: number;
  };
  readonly alphaChoices: readonly AlphaChoice[];
  readonly evaluation: Evaluation;
  readonly diagnostics: FittedCurve['diagnostics'];
}

/**
 * Calibrates the pairs and compares the rewards with the labels, in the thread that calls it.
 *
 * @param distribution see `loadBeta`.
 * @throws InvalidInput as the fit, or where a calibrated reward is not finite, at full strength either.
 */
export function finishEvaluation(
  request: EvaluationRequest,
  distribution: BetaDistribution,
): FinishedEvaluation {
  const { pairs, form, evaluationSettings } = request;
  const { calibrated, ...calibration } = calibrateRequest(request, distribution);
  const placeOf = inPairs(form, countPairs(pairs));
  refuseNotFinite(calibrated.rewards, (sample) => placeOf({ column: 'rewards', sample }));
  const evaluation = placing(placeOf, () => evaluate(pairs, calibrated, evaluationSettings, distribution));
  const { curves, unsupported, extrapolated } = calibrated;
  return {
    ...calibration,
    calibrated: { curves, leftAsTheyAre: unsupported.length, extrapolated },
    evaluationSettings,
    count: countPairs(pairs),
    evaluation,
  };
}

/** The calibrated pairs, and what the answer shows of their calibration. */
type PairCalibration = Omit<
  FinishedEvaluation,
  'evaluationSettings' | 'count' | 'evaluation' | 'calibrated'
> & { readonly calibrated: CalibratedPairs };

function calibrateRequest(
  { pairs, form, calibrator }: EvaluationRequest,
  distribution: BetaDistribution,
): PairCalibration {
  if (isCurve(calibrator)) {
    const { rewardModel, version, settings, curves } = calibrator;
    const calibrated = calibratePairs(pairs, curves);
    const { diagnostics } = warnedOfUnused(calibrator, pairs.samples);
    return { rewardModel, version, settings, calibrated, alphaChoices: [], diagnostics };
  }
  const started = performance.now();
  const { fit, alphaChoices, ...calibrated } = placing(inPairs(form, countPairs(pairs)), () =>
    fitPairs(pairs, calibrator, distribution),
  );
  const fitSeconds = (performance.now() - started) / 1000;
  const diagnostics = { ...fit.diagnostics, fitSeconds };
  return { rewardModel: null, version: null, settings: calibrator, calibrated, alphaChoices, diagnostics };
}

/** The place of a value in a list of all chosen and then all rejected responses. */
function inPairs(form: PairForm, count: number): (value: SampleValue) => Place {
  return ({ column, sample }) => {
    const side = sample < count ? 'chosen' : 'rejected';
    if (column === 'rewards') return pairRewardPlace(form, sample % count, side);
    const { path, characteristics } = responsePlace(form, sample % count, side);
    return [...path, characteristics, column];
  };
}
