import { brokenRule } from '../../calibration/errors.js';
import { type MeasuredSamples, rowAt } from '../../calibration/samples/samples.js';
import { emptyBody } from '../bodies/json.js';
import type { Line } from '../bodies/ndjson.js';
import { compileLineReader } from '../schemas/check-line.js';
import { rowLine } from '../schemas/samples-schema.js';
import { GrowingSamples } from './growing-samples.js';
import { PromptGroups } from './prompt-groups.js';

const rowOf = compileLineReader(rowLine);

/**
 * Reduces lines to numbers as they arrive: 8 bytes for the reward and each characteristic, 4 for the prompt
 * and up to 32 for each different prompt, whatever the length of the text.
 *
 * @throws the error of the first wrong line, with its number; Unreadable `empty-body`; InvalidInput
 *   `too-many-samples` as soon as there are more than `limit`.
 */
export async function collectLines(
  lines: AsyncIterable<readonly Line[]>,
  names: readonly string[],
  limit: number,
): Promise<MeasuredSamples> {
  const samples = new GrowingSamples(names);
  const groups = new PromptGroups();
  for await (const batch of lines) {
    const rows = batch.map(rowOf);
    samples.push({ rows, placeOf: (row) => rowAt(['lines', batch[row]?.number ?? 0]) });
    groups.push(rows);
    checkLineCount(samples.length, limit);
  }
  if (samples.length === 0) throw emptyBody();
  return { ...samples.toSamples(), groups: groups.toArray() };
}

/** @throws InvalidInput `too-many-samples` where so many have arrived that there are more than `limit`. */
export function checkLineCount(count: number, limit: number, unit = 'samples'): void {
  if (count <= limit) return;
  const message = `more ${unit} than this service takes at once: ${limit} (MAX_FIT_SAMPLES)`;
  throw brokenRule([], message, 'too-many-samples');
}
