import { brokenRule } from '../../calibration/errors.js';
import { type MeasuredSamples, measure, rowAt, type SampleRow } from '../../calibration/samples/samples.js';
import type { Line } from '../bodies/ndjson.js';
import { compileCheck } from '../schemas/check-body.js';
import { rowLine } from '../schemas/samples-schema.js';
import { PromptGroups } from './prompt-groups.js';

const checkRow = compileCheck(rowLine);

/**
 * Reduces lines to numbers as they come: 8 bytes for the reward and each characteristic, whatever the length of the text.
 *
 * @throws the error of the first wrong line, with its number; InvalidInput `too-many-samples` as soon as there are more
 *   than `limit`.
 */
export async function collectLines(
  lines: AsyncIterable<readonly Line[]>,
  names: readonly string[],
  limit: number,
): Promise<MeasuredSamples> {
  const rewards = new GrowingColumn();
  const groups = new PromptGroups();
  const columns = new Map(names.map((name) => [name, new GrowingColumn()] as const));
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
      throw brokenRule([], message, 'too-many-samples');
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
  if ('error' in checked) throw checked.error.at(['lines', line.number]);
  return checked.value;
}

/** 64 KiB at first, then doubled. */
const FIRST_CAPACITY = 8_192;

/** A column of doubles whose length is not known before its end. */
class GrowingColumn {
  #values = new Float64Array(FIRST_CAPACITY);
  length = 0;

  push(values: Float64Array): void {
    if (this.length + values.length > this.#values.length) {
      const larger = new Float64Array(Math.max(2 * this.#values.length, this.length + values.length));
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values.set(values, this.length);
    this.length += values.length;
  }

  toArray(): Float64Array<ArrayBuffer> {
    return this.#values.slice(0, this.length);
  }
}
