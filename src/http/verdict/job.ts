import { parseJson } from '../bodies/json.js';
import type { FindCurve } from '../jobs/curve-or-settings.js';
import { asBuffer, type UnreadJson } from '../jobs/job.js';
import { refuseOtherProtocols } from '../labelled-pairs/other-protocol.js';
import { readLabelledPairs } from '../labelled-pairs/read-labelled-pairs.js';
import { checkOrThrow } from '../schemas/check-body.js';
import type { VerdictRequest } from './judgement.js';
import { countAnswers, countCounts } from './labels.js';
import { verdictBody } from './schema.js';

/**
 * Reads a request: parsed, checked, counted or measured.
 *
 * @throws Unreadable, InvalidInput: for anything wrong with a body; Conflict `key-of-another-curve`;
 *   otherwise as `findCurve`.
 */
export async function readVerdict(
  { body, maxSamples }: UnreadJson,
  findCurve: FindCurve,
): Promise<VerdictRequest> {
  const parsed = parseJson(asBuffer(body));
  refuseOtherProtocols(parsed, undefined);
  const given = checkOrThrow(verdictBody, parsed);
  const { key, labels = [], counts, reward_model: rewardModel, version } = given;
  if (key !== undefined) return { counted: countAnswers(key, labels, given) };
  if (counts !== undefined) {
    const curve = rewardModel === undefined ? undefined : await findCurve({ rewardModel, version });
    return { counted: countCounts(counts, curve) };
  }
  return { labelled: await readLabelledPairs(given, maxSamples, findCurve) };
}
