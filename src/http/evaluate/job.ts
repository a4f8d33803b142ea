import { checkRewardBenchSubsets } from '../../calibration/evaluation/reward-bench.js';
import { parseJson } from '../bodies/json.js';
import type { FindCurve } from '../jobs/curve-or-settings.js';
import { asBuffer, type UnreadJson } from '../jobs/job.js';
import { pairPlace } from '../labelled-pairs/pair-places.js';
import { readLabelledPairs } from '../labelled-pairs/read-labelled-pairs.js';
import { checkOrThrow } from '../schemas/check-body.js';
import type { EvaluationRequest } from './evaluation.js';
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
  const request = await readLabelledPairs(given, maxSamples, findCurve);
  const evaluationSettings = readEvaluationSettings(given);
  if (evaluationSettings.protocol === 'reward-bench')
    checkRewardBenchSubsets(request.pairs.subsets, (pair) => pairPlace(request.form, pair));
  return { ...request, evaluationSettings };
}
