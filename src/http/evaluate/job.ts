import { measurePairs } from '../../calibration/evaluation/pairs.js';
import { checkRewardBenchSubsets } from '../../calibration/evaluation/reward-bench.js';
import { checkCount } from '../../service/check-size.js';
import { parseJson } from '../bodies/json.js';
import { type FindCurve, namesOf } from '../jobs/curve-or-settings.js';
import { asBuffer, type UnreadJson } from '../jobs/job.js';
import { readCurveOrSettings } from '../jobs/read-curve-or-settings.js';
import { checkOrThrow } from '../schemas/check-body.js';
import type { EvaluationRequest } from './evaluation.js';
import { pairPlace, responsePlace } from './pair-places.js';
import { readPairs } from './pairs-schema.js';
import { evaluateBody, readEvaluationSettings } from './schema.js';

/**
 * Reads a request: parsed, checked, measured.
 *
 * @throws Unreadable, InvalidInput: for anything wrong with a body; otherwise as `findCurve`.
 */
export async function readEvaluation(
  { body, maxSamples }: UnreadJson,
  findCurve: FindCurve,
): Promise<EvaluationRequest> {
  const given = checkOrThrow(evaluateBody, parseJson(asBuffer(body)));
  const form = given.pairs === undefined ? 'rows' : 'pairs';
  const rows = readPairs(given);
  checkCount(2 * rows.length, maxSamples, 'MAX_FIT_SAMPLES', form, 'responses');
  const calibrator = await readCurveOrSettings(given, findCurve);
  const pairs = measurePairs(rows, namesOf(calibrator), (pair, side) => responsePlace(form, pair, side));
  const evaluationSettings = readEvaluationSettings(given);
  if (evaluationSettings.protocol === 'reward-bench')
    checkRewardBenchSubsets(pairs.subsets, (pair) => pairPlace(form, pair));
  return { pairs, form, calibrator, evaluationSettings };
}
