import { refuseNotFinite } from '../../calibration/curve/calibrate.js';
import {
  type CalibratedPairs,
  type Evaluation,
  type EvaluationSettings,
  evaluate,
} from '../../calibration/evaluation/evaluate.js';
import { countPairs } from '../../calibration/evaluation/pairs.js';
import { placing } from '../../calibration/fit/finite.js';
import type { BetaDistribution } from '../../calibration/statistics/beta.js';
import { calibrateLabelledPairs, type PairCalibration } from '../labelled-pairs/calibrate-labelled-pairs.js';
import { inPairs } from '../labelled-pairs/pair-places.js';
import type { LabelledRequest } from '../labelled-pairs/read-labelled-pairs.js';

/** Labelled pairs, what calibrates them, and how they are evaluated: plain data, for the worker. */
export interface EvaluationRequest extends LabelledRequest {
  readonly evaluationSettings: EvaluationSettings;
}

/** An evaluation with all that its answer shows. */
export interface FinishedEvaluation extends Omit<PairCalibration, 'calibrated'> {
  readonly evaluationSettings: EvaluationSettings;
  readonly count: number;
  readonly calibrated: Pick<CalibratedPairs, 'curves' | 'extrapolated'> & {
    /** How many pairs keep their raw rewards. */
    readonly leftAsTheyAre: number;
  };
  readonly evaluation: Evaluation;
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
  const { pairs, places, evaluationSettings } = request;
  const { calibrated, ...calibration } = calibrateLabelledPairs(request, distribution);
  const placeOf = inPairs(places, pairs);
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
