import { type CellReading, cellReading } from './cell-reading.js';
import { detached, readCodePoints, readPrompt, readResponse } from './cells.js';
import type { ColumnChoice } from './guess-columns.js';
import { Issues } from './issues.js';
import type { Reading } from './read-text.js';
import { readRows, type Table } from './table.js';
import type { TableRow } from './table-row.js';

/** What a fit needs of a table: where the reward is, and where the length comes from. */
export interface SampleColumns {
  readonly reward: number;
  readonly prompt: number | undefined;
  /** The response's text, measured in code points, or a column of numbers. */
  readonly measured: { readonly response: number } | { readonly length: number };
}

/** Samples as the numbers that the service needs, written as parts of JSON arrays: `1,2,3`. */
export interface Samples {
  readonly rewards: readonly string[];
  readonly lengths: readonly string[];
  /** The number of each sample's prompt; undefined where no column has prompts. */
  readonly groups: readonly string[] | undefined;
  readonly count: number;
  /** Lines that are not among the samples. */
  readonly issues: Issues;
}

/** The columns for a fit, where enough of them are chosen. */
export function sampleColumns(
  { reward, response, length, prompt }: ColumnChoice,
  isMeasured: boolean,
): SampleColumns | undefined {
  if (reward === undefined) return undefined;
  if (isMeasured) return response === undefined ? undefined : { reward, prompt, measured: { response } };
  return length === undefined ? undefined : { reward, prompt, measured: { length } };
}

/**
 * Reads all samples of a table. Texts are measured and dropped; lines without what a sample needs are
 * counted and left out.
 */
export async function readSamples(table: Table, columns: SampleColumns, reading: Reading): Promise<Samples> {
  const rewards: string[] = [];
  const lengths: string[] = [];
  const groups: string[] = [];
  const issues = new Issues();
  const prompts = new Map<string, number>();
  const { prompt } = columns;
  const cells = cellReading(table);
  let count = 0;
  for await (const batch of readRows(table, reading)) {
    const samples = batch.flatMap((row) => {
      const sample = readSample(row, columns, cells);
      if (!('problem' in sample)) return [sample];
      issues.add(row.line, sample.problem);
      return [];
    });
    if (samples.length === 0) continue;
    count += samples.length;
    rewards.push(samples.map((sample) => sample.reward).join());
    lengths.push(samples.map((sample) => sample.length).join());
    if (prompt !== undefined) groups.push(samples.map((sample) => numberOf(prompts, sample.prompt)).join());
  }
  return { rewards, lengths, groups: prompt === undefined ? undefined : groups, count, issues };
}

interface Sample {
  readonly reward: number;
  readonly length: number;
  readonly prompt: string;
}

function readSample(
  { cells, problem }: TableRow,
  { reward, prompt, measured }: SampleColumns,
  { readNumber, problemIn }: CellReading,
): Sample | { readonly problem: string } {
  if (problem !== undefined) return { problem };
  const score = readNumber(cells[reward]);
  if ('problem' in score) return problemIn(reward, score.problem);
  const column = 'response' in measured ? measured.response : measured.length;
  const length = 'response' in measured ? readLength(cells[column]) : readNumber(cells[column]);
  if ('problem' in length) return problemIn(column, length.problem);
  if (prompt === undefined) return { reward: score.value, length: length.value, prompt: '' };
  const text = readPrompt(cells[prompt]);
  if ('problem' in text) return problemIn(prompt, text.problem);
  return { reward: score.value, length: length.value, prompt: text.value };
}

function readLength(cell: unknown) {
  const text = readResponse(cell);
  return 'problem' in text ? text : readCodePoints(text.value);
}

function numberOf(prompts: Map<string, number>, prompt: string): number {
  const known = prompts.get(prompt);
  if (known !== undefined) return known;
  prompts.set(detached(prompt), prompts.size);
  return prompts.size - 1;
}
