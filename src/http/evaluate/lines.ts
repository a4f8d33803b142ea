import type { Line } from '../bodies/ndjson.js';
import { type FindCurve, namesOf } from '../jobs/curve-or-settings.js';
import { readCurveOrSettings } from '../jobs/read-curve-or-settings.js';
import { collectPairs } from '../labelled-pairs/lines.js';
import type { EvaluationRequest } from './evaluation.js';
import { withSettings } from './job.js';
import { type EvaluateQuery, readEvaluationSettings } from './schema.js';

/**
 * Reads a request whose pairs come as lines: checked and measured as they arrive; only numbers are kept.
 *
 * @throws as `collectPairs`; otherwise as `findCurve`.
 */
export async function readEvaluationLines(
  lines: AsyncIterable<readonly Line[]>,
  query: EvaluateQuery,
  maxSamples: number,
  findCurve: FindCurve,
): Promise<EvaluationRequest> {
  const { protocol, ties, resamples, seed } = query;
  const calibrator = await readCurveOrSettings(query, findCurve);
  const collected = await collectPairs(lines, protocol, namesOf(calibrator), maxSamples);
  const settings = readEvaluationSettings({ protocol, ties, bootstrap: { resamples, seed } });
  return withSettings({ ...collected, calibrator }, settings);
}
