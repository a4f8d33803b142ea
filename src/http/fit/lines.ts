import { brokenRule } from '../../calibration/errors.js';
import { type MeasuredSamples, measure, rowAt } from '../../calibration/samples/samples.js';
import { UnusedCharacteristics } from '../../calibration/samples/unused.js';
import type { Line } from '../bodies/ndjson.js';
import { compileLineReader } from '../schemas/check-line.js';
import { rowLine } from '../schemas/samples-schema.js';
import { GrowingColumn } from './growing-column.js';
import { PromptGroups } from './prompt-groups.js';

const rowOf = compileLineReader(rowLine);

/**
 * Reduces lines to numbers as they arrive: 8 bytes for the reward and each characteristic, 4 for the prompt
 * and up to 32 for each different prompt, whatever the length of the text.
 *
 * @throws the error of the first wrong line, with its number; InvalidInput `too-many-samples` as soon as
 *   there are more than `limit`.
 */
export async function collectLines(
  lines: AsyncIterable<readonly Line[]>,
  names: readonly string[],
  limit: number,
): Promise<MeasuredSamples> {
  const rewards = new GrowingColumn(Float64Array);
  const groups = new PromptGroups();
  const unused = new UnusedCharacteristics(names);
  const columns = new Map(names.map((name) => [name, new GrowingColumn(Float64Array)] as const));
  for await (const batch of lines) {
    const rows = batch.map(rowOf);
    const placeOf = (row: number) => rowAt(['lines', batch[row]?.number ?? 0]);
    const samples = { rows, placeOf };
    const measured = measure(samples, names);
    rewards.push(measured.rewards);
    groups.push(rows);
    unused.add(samples);
    for (const [name, column] of columns)
      column.push(measured.characteristics.get(name) ?? new Float64Array());
    if (rewards.length > limit) {
      const message = `more samples than this service takes at once: ${limit} (MAX_FIT_SAMPLES)`;
      throw brokenRule([], message, 'too-many-samples');
    }
  }
  return {
    rewards: rewards.toArray(),
    groups: groups.toArray(),
    unused: unused.found,
    characteristics: new Map([...columns].map(([name, column]) => [name, column.toArray()])),
  };
}
