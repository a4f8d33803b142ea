import { ArrayElements } from './array-elements.js';
import { FileProblem } from './file-problem.js';
import { LONGEST_RECORD, type TableRow } from './table-row.js';

/** A JSON value and the line where it begins. */
export interface JsonRecord {
  readonly line: number;
  readonly value: unknown;
  readonly problem?: string;
}

/** The values of a file with one JSON value a line, batch by batch, blank lines left out. */
export async function* readJsonLines(texts: AsyncIterable<string>): AsyncGenerator<JsonRecord[]> {
  let rest = '';
  let line = 1;
  const parse = (lines: readonly string[]) =>
    lines.flatMap((text) => {
      const number = line++;
      return text.trim() === '' ? [] : [parseRecord(number, text)];
    });
  for await (const text of texts) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LONGEST_RECORD)
      throw new FileProblem('the line is longer than 4 MB', line + lines.length);
    if (lines.length > 0) yield parse(lines);
  }
  yield parse([rest]);
}

/** The values of a file that is one JSON array, batch by batch. */
export async function* readJsonArray(texts: AsyncIterable<string>): AsyncGenerator<JsonRecord[]> {
  const elements = new ArrayElements();
  for await (const text of texts) {
    yield elements.take(text).map(({ line, text: element }) => parseRecord(line, element));
    if (elements.pendingLength > LONGEST_RECORD)
      throw new FileProblem('the element that begins here is longer than 4 MB', elements.line);
  }
  elements.finish();
}

function parseRecord(line: number, text: string): JsonRecord {
  try {
    return { line, value: JSON.parse(text) };
  } catch {
    return { line, value: undefined, problem: isOnlyNaN(text) ? NAN_PROBLEM : 'this is not JSON' };
  }
}

/** What is wrong with a line of Python's `json.dumps`, which writes NaN and Infinity. */
export const NAN_PROBLEM =
  'NaN and Infinity are not JSON, though Python’s json.dumps writes them: mend the line, or leave it out when the page asks';

const NAN = /([:[,]\s*)-?(?:NaN|Infinity)\b/g;

/** Whether a text would be JSON, but for numbers that JSON does not have. */
function isOnlyNaN(text: string): boolean {
  const mended = text.replace(NAN, '$1null');
  if (mended === text) return false;
  try {
    JSON.parse(mended);
    return true;
  } catch {
    return false;
  }
}

/** Whether a value is an object with keys. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A record as a row of the columns with these keys. */
export function toTableRow({ line, value, problem }: JsonRecord, keys: readonly string[]): TableRow {
  if (problem !== undefined) return { line, cells: [], problem };
  if (!isObject(value))
    return { line, cells: [], problem: 'this is not an object with keys ({"reward": …})' };
  return { line, cells: keys.map((key) => (Object.hasOwn(value, key) ? value[key] : undefined)) };
}
