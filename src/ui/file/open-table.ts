import { fitsAsIs } from './as-is.js';
import { readNumber } from './cells.js';
import { type CsvForm, guessCsvForm, readCsv } from './csv-rows.js';
import { FileProblem } from './file-problem.js';
import { isObject, type JsonRecord, readJsonArray, readJsonLines, toTableRow } from './json-rows.js';
import { readBytes, readText } from './read-text.js';
import { PREVIEWED, type Table, toColumns } from './table.js';
import type { TableRow } from './table-row.js';

/** What the reader says of a CSV file that was guessed wrongly. */
export interface CsvCorrection {
  readonly delimiter?: string;
  readonly hasHeader?: boolean;
}

/**
 * Looks at the beginning of a file: its format, columns and first rows.
 *
 * @throws FileProblem where it is none of the formats.
 */
export async function openTable(
  file: File,
  signal: AbortSignal,
  correction: CsvCorrection = {},
): Promise<Table> {
  if (file.size === 0) throw new FileProblem('The file is empty.');
  await refuseOtherFormats(file);
  const text = await firstText(file, signal);
  if (text.trim() === '') throw new FileProblem('The file has only blank lines.');
  const first = /\.(csv|tsv)$/i.test(file.name) ? '' : text.trimStart()[0];
  if (first === '{' || first === '[') return openJson(file, first === '{' ? 'lines' : 'array', signal);
  const guessed = await guessCsvForm(text);
  const delimiter = correction.delimiter ?? (/\.tsv$/i.test(file.name) ? '\t' : guessed.delimiter);
  return openCsv(file, { ...guessed, delimiter }, signal, correction.hasHeader);
}

async function openJson(file: File, kind: 'lines' | 'array', signal: AbortSignal): Promise<Table> {
  const texts = readText(file, { signal });
  const records = await firstOf(kind === 'lines' ? readJsonLines(texts) : readJsonArray(texts));
  const keys = [...new Set(records.flatMap(({ value }) => (isObject(value) ? Object.keys(value) : [])))];
  if (keys.length === 0)
    throw new FileProblem(
      'The first lines hold no objects with keys, such as {"reward": 0.3, "response": "…"}.',
    );
  const asIs = kind === 'lines' ? fitsAsIs(records) : { fits: false as const, reason: ARRAY };
  const preview = records.map((record) => toTableRow(record, keys));
  const columns = keys.map((name) => ({ name, label: name }));
  return { file, hasBom: await hasBom(file), form: { kind }, columns, preview, asIs };
}

const ARRAY = 'it is one JSON array, not one object a line';

async function openCsv(
  file: File,
  form: CsvForm,
  signal: AbortSignal,
  givenHeader: boolean | undefined,
): Promise<Table> {
  const rows = await firstOf(readCsv(readText(file, { signal }), form));
  const [first = [], ...others] = rows.map(({ cells }) => cells.map(String));
  // A header has no numbers, unless no row has any.
  const hasHeader = givenHeader ?? !first.some((cell) => isNumber(cell));
  if (hasHeader && others.length === 0) throw new FileProblem('The file has a header and no rows.');
  const columns = toColumns(hasHeader ? first : first.map(() => ''));
  const preview = hasHeader ? rows.slice(1) : rows;
  return {
    file,
    hasBom: await hasBom(file),
    form: { kind: 'csv', hasHeader, ...form },
    columns,
    preview,
    asIs: { fits: false, reason: undefined },
  };
}

function isNumber(cell: string): boolean {
  return 'value' in readNumber(cell);
}

/** The first records of a file, a few dozen where it has them. */
async function firstOf<Found extends TableRow | JsonRecord>(
  batches: AsyncGenerator<readonly Found[]>,
): Promise<Found[]> {
  const found: Found[] = [];
  for await (const batch of batches) {
    found.push(...batch.slice(0, PREVIEWED - found.length));
    if (found.length >= PREVIEWED) break;
  }
  return found;
}

async function firstText(file: File, signal: AbortSignal): Promise<string> {
  for await (const text of readText(file, { signal })) return text;
  return '';
}

/** First bytes of files that are often chosen by mistake. */
const OTHER_FORMATS = [
  { bytes: [0x1f, 0x8b], message: 'The file is compressed (gzip). Unpack it first.' },
  { bytes: [0x28, 0xb5, 0x2f, 0xfd], message: 'The file is compressed (zstd). Unpack it first.' },
  {
    bytes: [0x50, 0x4b, 0x03, 0x04],
    message: 'The file is a ZIP archive or an Excel workbook. Save it as CSV (UTF-8), or unpack it.',
  },
  {
    bytes: [0x50, 0x41, 0x52, 0x31],
    message: 'The file is Parquet, which this page does not read. Write it as JSONL or CSV.',
  },
  { bytes: [0xff, 0xfe], message: 'The file has the encoding UTF-16. Save it as UTF-8.' },
  { bytes: [0xfe, 0xff], message: 'The file has the encoding UTF-16. Save it as UTF-8.' },
];

async function refuseOtherFormats(file: File): Promise<void> {
  for (const { bytes, message } of OTHER_FORMATS)
    if (await beginsWith(file, bytes)) throw new FileProblem(message);
}

function hasBom(file: File): Promise<boolean> {
  return beginsWith(file, [0xef, 0xbb, 0xbf]);
}

async function beginsWith(file: File, bytes: readonly number[]): Promise<boolean> {
  const head = await readBytes(file, 0, bytes.length);
  return bytes.every((byte, i) => byte === head[i]);
}
