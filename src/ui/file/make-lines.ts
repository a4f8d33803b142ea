import { type CellReading, cellReading } from './cell-reading.js';
import { detached, readCodePoints, readPrompt, readResponse } from './cells.js';
import { Issues } from './issues.js';
import type { Reading } from './read-text.js';
import { readRows, type Table } from './table.js';
import type { TableRow } from './table-row.js';

/** What labelling needs of a table. */
export interface LabelColumns {
  readonly reward: number;
  readonly response: number;
  readonly prompt: number;
  /** Names of the responses, different within a prompt; by default the line of the file. */
  readonly id?: number | undefined;
  /** A measured characteristic, where the curve is of one that the service does not measure. */
  readonly given?: { readonly column: number; readonly name: string } | undefined;
  /** Measured characteristics as the service takes them: an object of numbers. */
  readonly characteristics?: number | undefined;
}

/** Scored responses as lines that the service takes, those to one prompt one behind the other. */
export interface Lines {
  readonly body: Blob;
  readonly count: number;
  /** Lines of the file that are not among them. */
  readonly issues: Issues;
}

/** Characters that are put into the Blob at once: the tab answers in between. */
const PART = 1024 * 1024;

/** Makes the lines. Holds all texts in memory. */
export async function makeLines(table: Table, columns: LabelColumns, reading: Reading): Promise<Lines> {
  const issues = new Issues();
  const cells = cellReading(table);
  const byPrompt = new Map<string, string[]>();
  let count = 0;
  for await (const batch of readRows(table, reading))
    for (const row of batch) {
      const made = readLine(row, columns, cells);
      if ('problem' in made) issues.add(row.line, made.problem);
      else {
        count++;
        const lines = byPrompt.get(made.prompt);
        if (lines === undefined) byPrompt.set(detached(made.prompt), [made.line]);
        else lines.push(made.line);
      }
    }
  return { body: await joinLines(byPrompt.values(), reading.signal), count, issues };
}

function readLine(
  { line, cells, problem }: TableRow,
  columns: LabelColumns,
  { readNumber, problemIn }: CellReading,
): { readonly prompt: string; readonly line: string } | { readonly problem: string } {
  if (problem !== undefined) return { problem };
  const reward = readNumber(cells[columns.reward]);
  if ('problem' in reward) return problemIn(columns.reward, reward.problem);
  const response = readResponse(cells[columns.response]);
  if ('problem' in response) return problemIn(columns.response, response.problem);
  const prompt = readPrompt(cells[columns.prompt]);
  if ('problem' in prompt) return problemIn(columns.prompt, prompt.problem);
  for (const [column, { value }] of [
    [columns.response, response],
    [columns.prompt, prompt],
  ] as const) {
    const length = readCodePoints(value);
    if ('problem' in length) return problemIn(column, length.problem);
  }
  const texts = { prompt: prompt.value, response: response.value, reward: reward.value };
  const id = columns.id === undefined ? line : cells[columns.id];
  const { given } = columns;
  if (given === undefined) {
    const characteristics =
      columns.characteristics === undefined ? undefined : cells[columns.characteristics];
    return toLine({ id, ...texts, characteristics });
  }
  const number = readNumber(cells[given.column]);
  if ('problem' in number) return problemIn(given.column, number.problem);
  return toLine({ id, ...texts, characteristics: { [given.name]: number.value } });
}

/** A line as the service takes it. */
interface SampleLine {
  readonly id: unknown;
  readonly prompt: string;
  readonly response: string;
  readonly reward: number;
  readonly characteristics: unknown;
}

function toLine(row: SampleLine): { readonly prompt: string; readonly line: string } {
  return { prompt: row.prompt, line: `${JSON.stringify(row)}\n` };
}

async function joinLines(groups: Iterable<readonly string[]>, signal: AbortSignal): Promise<Blob> {
  const parts: Blob[] = [];
  let pending: string[] = [];
  let size = 0;
  for (const lines of groups) {
    for (const line of lines) {
      pending.push(line);
      size += line.length;
      if (size < PART) continue;
      parts.push(new Blob(pending));
      pending = [];
      size = 0;
      await pause();
      signal.throwIfAborted();
    }
  }
  return new Blob([...parts, ...pending]);
}

/** Lets the tab answer. */
function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
