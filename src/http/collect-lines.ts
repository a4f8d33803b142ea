import { InvalidInput, type ServiceError, Unreadable, type Violation } from '../calibration/errors.js';
import { type MeasuredSamples, measure, rowAt, type SampleRow } from '../calibration/samples.js';
import type { Line } from './formats/ndjson.js';
import { GrowingColumn } from './growing-column.js';
import { PromptGroups } from './prompt-groups.js';
import { compileCheck } from './schemas/check-body.js';
import { rowLine } from './schemas/samples.js';

const checkRow = compileCheck(rowLine);

/**
 * Reduces lines to numbers as they come: 8 bytes for the reward and each characteristic, 4 for the prompt and up to 32 for each different
 * one, whatever the length of the text.
 *
 * @throws the error of the first wrong line, with its number; InvalidInput `too-many-samples` as soon as there are more
 *   than `limit`.
 */
export async function collectLines(
  lines: AsyncIterable<readonly Line[]>,
  names: readonly string[],
  limit: number,
): Promise<MeasuredSamples> {
  const rewards = new GrowingColumn(Float64Array);
  const groups = new PromptGroups();
  const columns = new Map(names.map((name) => [name, new GrowingColumn(Float64Array)] as const));
  for await (const batch of lines) {
    const rows = batch.map(rowOf);
    const placeOf = (row: number) => rowAt(['lines', batch[row]?.number ?? 0]);
    const measured = measure({ rows, placeOf }, names);
    rewards.push(measured.rewards);
    groups.push(rows);
    for (const [name, column] of columns)
      column.push(measured.characteristics.get(name) ?? new Float64Array());
    if (rewards.length > limit) {
      const message = `more samples than this service takes at once: ${limit} (MAX_FIT_SAMPLES)`;
      throw new InvalidInput(message, [{ path: [], message }], 'too-many-samples');
    }
  }
  return {
    rewards: rewards.toArray(),
    groups: groups.toArray(),
    characteristics: new Map([...columns].map(([name, column]) => [name, column.toArray()])),
  };
}

function rowOf(line: Line): SampleRow {
  const checked = 'error' in line ? line : checkRow(line.value);
  if ('error' in checked) throw atLine(checked.error, line.number);
  return checked.value;
}

/** The error of a line that came in a longer body; its place begins with `lines` and the line's number, counted from 1. */
function atLine(error: ServiceError, number: number): ServiceError {
  const violations: Violation[] = error.violations.map(({ path, message }) => ({
    path: ['lines', number, ...path],
    message,
  }));
  if (error instanceof InvalidInput) return new InvalidInput(error.message, violations, error.code);
  return new Unreadable(error.code, error.message, [
    ...violations,
    { path: ['lines', number], message: error.message },
  ]);
}
