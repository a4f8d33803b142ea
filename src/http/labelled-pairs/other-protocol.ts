import { brokenRule, type Place } from '../../calibration/errors.js';
import type { Protocol } from '../../calibration/evaluation/accuracy.js';

/**
 * Refuses a row that another protocol writes, in one sentence; anything else is left to the schema.
 *
 * @throws InvalidInput naming the field that says so.
 */
export function refuseOtherProtocol(row: unknown, protocol: Protocol | undefined, place: Place): void {
  if (typeof row !== 'object' || row === null) return;
  const isOfPairs = 'scores_chosen' in row || 'scores_rejected' in row;
  const isOfCompletions = 'scores' in row && !isOfPairs;
  if (protocol !== 'reward-bench-2' && isOfCompletions)
    throw brokenRule(
      [...place, 'scores'],
      'makes this a row of RewardBench 2, which /v1/evaluate takes with "protocol": "reward-bench-2"',
    );
  if (protocol === 'reward-bench-2' && isOfPairs && !('scores' in row))
    throw brokenRule(
      [...place, 'scores_chosen'],
      'makes this a row of RewardBench: "protocol" must be "reward-bench", or be left out',
    );
}

/** The same for a body. */
export function refuseOtherProtocols(body: unknown, protocol: Protocol | undefined): void {
  if (typeof body !== 'object' || body === null) return;
  if (protocol === 'reward-bench-2' && 'pairs' in body)
    throw brokenRule(['protocol'], 'is of rows of several completions: it takes "rows", not "pairs"');
  if (!('rows' in body) || !Array.isArray(body.rows)) return;
  for (const [i, row] of body.rows.entries()) refuseOtherProtocol(row, protocol, ['rows', i]);
}
