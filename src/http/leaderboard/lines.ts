import { brokenRule } from '../../calibration/errors.js';
import { emptyBody } from '../bodies/json.js';
import type { Line } from '../bodies/ndjson.js';
import { checkLineCount } from '../fit/lines.js';
import { type FindCurve, namesOf } from '../jobs/curve-or-settings.js';
import { readCurveOrSettings } from '../jobs/read-curve-or-settings.js';
import { compileLineReader } from '../schemas/check-line.js';
import { GrowingOutputs } from './growing-outputs.js';
import type { LeaderboardRequest } from './ranking.js';
import { type LeaderboardQuery, outputLine, readVariants } from './schema.js';

const rowOf = compileLineReader(outputLine);

/**
 * Reads a request whose outputs come as lines: checked and measured as they arrive; only numbers are kept.
 *
 * @throws the error of the first wrong line, with its number; Unreadable `empty-body` where there is none;
 *   InvalidInput `too-many-samples` as soon as there are more than `maxSamples`, and where the query does not
 *   say whose outputs are the baseline; otherwise as `findCurve`.
 */
export async function readLeaderboardLines(
  lines: AsyncIterable<readonly Line[]>,
  query: LeaderboardQuery,
  maxSamples: number,
  findCurve: FindCurve,
): Promise<LeaderboardRequest> {
  const { baseline, concise, verbose } = query;
  if (baseline === undefined)
    throw brokenRule(['baseline'], 'is needed in the query string with lines: the generator to compare with');
  const calibrator = await readCurveOrSettings(query, findCurve);
  const outputs = new GrowingOutputs(baseline, namesOf(calibrator));
  for await (const batch of lines) {
    outputs.push(batch.map((line) => ({ row: rowOf(line), number: line.number })));
    checkLineCount(outputs.length, maxSamples, 'outputs');
  }
  if (outputs.length === 0) throw emptyBody();
  const variants = readVariants({ variants: { concise, verbose } });
  return { ...outputs.toOutputs(), options: { variants }, calibrator };
}
