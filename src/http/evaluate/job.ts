import { InvalidInput } from '../../calibration/errors.js';
import type { AlphaChoice } from '../../calibration/evaluation/alpha-by-labels.js';
import {
  type CalibratedPairs,
  calibratePairs,
  type Evaluation,
  type EvaluationSettings,
  evaluate,
  fitPairs,
} from '../../calibration/evaluation/evaluate.js';
import { countPairs, type LabelledPairs, measurePairs } from '../../calibration/evaluation/pairs.js';
import { checkRewardBenchSubsets } from '../../calibration/evaluation/reward-bench.js';
import { placing, type ValuePlace } from '../../calibration/fit/finite.js';
import type { FitSettings } from '../../calibration/fit/fit-settings.js';
import type { FittedCurve } from '../../curves/curve-history.js';
import {
  type CurveOrSettings,
  type FindCurve,
  isCurve,
  namesOf,
  readCurveOrSettings,
  type UnreadJson,
} from '../jobs/curve-or-settings.js';
import { asBuffer } from '../fit/job.js';
import { parseJson } from '../bodies/json.js';
import { type PairForm, pairPlace, pairRewardPlace, responsePlace } from './pair-places.js';
import { checkOrThrow } from '../schemas/check-body.js';
import { evaluateBody, readEvaluationSettings, readPairs } from './schema.js';

/** Pairs to be judged, by a curve that there is or by a fit of their own: data alone, for the worker. */
export interface EvaluationRequest {
  readonly pairs: LabelledPairs;
  readonly form: PairForm;
  readonly by: CurveOrSettings;
  readonly judged: EvaluationSettings;
}

/** What is judged and how, with all that the answer tells. */
export interface FinishedEvaluation {
  readonly rewardModel: string | null;
  readonly version: number | null;
  /** As asked for. */
  readonly settings: FitSettings;
  readonly judged: EvaluationSettings;
  readonly count: number;
  readonly calibrated: Pick<CalibratedPairs, 'curves' | 'leftAsTheyAre' | 'extrapolated'>;
  readonly alphaChoices: readonly AlphaChoice[];
  readonly evaluation: Evaluation;
  readonly diagnostics: FittedCurve['diagnostics'];
}

/**
 * Reads a request: parsed, checked, measured.
 *
 * @throws Unreadable, InvalidInput: all that can be wrong with a body; and as `findCurve`.
 */
export async function readEvaluation(
  { body, maxSamples }: UnreadJson,
  findCurve: FindCurve,
): Promise<EvaluationRequest> {
  const given = checkOrThrow(evaluateBody, parseJson(asBuffer(body)));
  const form = given.pairs === undefined ? 'rows' : 'pairs';
  const rows = readPairs(given);
  checkCount(rows.length, maxSamples, form);
  const by = await readCurveOrSettings(given, findCurve);
  const pairs = measurePairs(rows, namesOf(by), (pair, side) => responsePlace(form, pair, side));
  const judged = readEvaluationSettings(given);
  if (judged.protocol === 'reward-bench')
    checkRewardBenchSubsets(pairs.subsets, (pair) => pairPlace(form, pair));
  return { pairs, form, by, judged };
}

function checkCount(pairs: number, maxSamples: number, form: PairForm): void {
  if (2 * pairs <= maxSamples) return;
  const message = `${2 * pairs} responses are more than this service takes at once: ${maxSamples} (MAX_FIT_SAMPLES)`;
  throw new InvalidInput(message, [{ path: [form], message }], 'too-many-samples');
}

/**
 * Calibrates the pairs and judges them.
 *
 * @throws InvalidInput as the fit, or where a calibrated reward is not finite.
 */
export function finishEvaluation(request: EvaluationRequest): FinishedEvaluation {
  const { pairs, form, judged } = request;
  const { calibrated, ...told } = calibrateBy(request);
  checkFinite(calibrated.rewards, form);
  const evaluation = evaluate(pairs, calibrated, judged);
  const { curves, leftAsTheyAre, extrapolated } = calibrated;
  return {
    ...told,
    calibrated: { curves, leftAsTheyAre, extrapolated },
    judged,
    count: countPairs(pairs),
    evaluation,
  };
}

function calibrateBy({ pairs, form, by, judged }: EvaluationRequest): Omit<
  FinishedEvaluation,
  'judged' | 'count' | 'evaluation' | 'calibrated'
> & {
  readonly calibrated: CalibratedPairs;
} {
  if (isCurve(by)) {
    const { rewardModel, version, settings, diagnostics, curves } = by;
    const calibrated = calibratePairs(pairs, curves);
    return { rewardModel, version, settings, calibrated, alphaChoices: [], diagnostics };
  }
  const started = performance.now();
  const { fit, alphaChoices, ...calibrated } = placing(inPairs(form, countPairs(pairs)), () =>
    fitPairs(pairs, by, judged.ties),
  );
  const fitSeconds = (performance.now() - started) / 1000;
  const diagnostics = { ...fit.diagnostics, fitSeconds };
  return { rewardModel: null, version: null, settings: by, calibrated, alphaChoices, diagnostics };
}

/** Where a value of all chosen and then all rejected responses stands. */
function inPairs(form: PairForm, count: number): ValuePlace {
  return ({ column, sample }) => {
    const side = sample < count ? 'chosen' : 'rejected';
    if (column === 'rewards') return pairRewardPlace(form, sample % count, side);
    const { path, characteristics } = responsePlace(form, sample % count, side);
    return [...path, characteristics, column];
  };
}

function checkFinite(rewards: Float64Array, form: PairForm): void {
  const broken = rewards.findIndex((reward) => !Number.isFinite(reward));
  if (broken < 0) return;
  const count = rewards.length / 2;
  const path = pairRewardPlace(form, broken % count, broken < count ? 'chosen' : 'rejected');
  const message = 'this reward is so large that its calibrated reward is not a finite number';
  throw new InvalidInput(message, [{ path, message }]);
}
