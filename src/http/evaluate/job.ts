import { checkRewardBenchSubsets } from '../../calibration/evaluation/reward-bench.js';
import { parseJson } from '../bodies/json.js';
import type { FindCurve } from '../jobs/curve-or-settings.js';
import { asBuffer, type UnreadJson } from '../jobs/job.js';
import { refuseOtherProtocols } from '../labelled-pairs/other-protocol.js';
import { pairPlace } from '../labelled-pairs/pair-places.js';
import {
  type LabelledRequest,
  readCompletionRows,
  readLabelledPairs,
} from '../labelled-pairs/read-labelled-pairs.js';
import { checkOrThrow } from '../schemas/check-body.js';
import type { EvaluationRequest } from './evaluation.js';
import { evaluateBody, readEvaluationSettings, rewardBench2Body } from './schema.js';

/**
 * Reads a request: parsed, checked, measured.
 *
 * @throws Unreadable, InvalidInput: for anything wrong with a body; otherwise as `findCurve`.
 */
export async function readEvaluation(
  { body, maxSamples }: UnreadJson,
  findCurve: FindCurve,
): Promise<EvaluationRequest> {
  const parsed = parseJson(asBuffer(body));
  if (isRewardBench2(parsed)) {
    refuseOtherProtocols(parsed, 'reward-bench-2');
    const given = checkOrThrow(rewardBench2Body, parsed);
    const request = await readCompletionRows(given, maxSamples, findCurve);
    return { ...request, evaluationSettings: readEvaluationSettings(given) };
  }
  refuseOtherProtocols(parsed, undefined);
  const given = checkOrThrow(evaluateBody, parsed);
  const request = await readLabelledPairs(given, maxSamples, findCurve);
  return withSettings(request, readEvaluationSettings(given));
}

function isRewardBench2(parsed: unknown): boolean {
  return (
    typeof parsed === 'object' &&
    parsed !== null &&
    'protocol' in parsed &&
    parsed.protocol === 'reward-bench-2'
  );
}

/** The request with its settings; throws InvalidInput where pairs lack the subsets of the protocol. */
export function withSettings(
  request: LabelledRequest,
  evaluationSettings: EvaluationRequest['evaluationSettings'],
): EvaluationRequest {
  if (evaluationSettings.protocol === 'reward-bench')
    checkRewardBenchSubsets(request.pairs.subsets, (pair) => pairPlace(request.places, pair));
  return { ...request, evaluationSettings };
}
