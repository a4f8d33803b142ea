import type { AsIs } from './as-is.js';
import { type CsvForm, readCsv } from './csv-rows.js';
import { readJsonArray, readJsonLines, toTableRow } from './json-rows.js';
import { type Reading, readText } from './read-text.js';
import type { TableRow } from './table-row.js';

/** A column of a file: it is named by its place, since two may have the same header. */
export interface Column {
  /** The header or key; empty where there is none. */
  readonly name: string;
  /** What the reader sees: unlike that of every other column. */
  readonly label: string;
}

/** How a file holds its rows. */
export type TableForm =
  | ({ readonly kind: 'csv'; readonly hasHeader: boolean } & CsvForm)
  | { readonly kind: 'lines' }
  | { readonly kind: 'array' };

/** A file of scored responses whose beginning was looked at. */
export interface Table {
  readonly file: File;
  /** It begins with a byte order mark. */
  readonly hasBom: boolean;
  readonly form: TableForm;
  readonly columns: readonly Column[];
  /** The first rows, fewer where the file is shorter. */
  readonly preview: readonly TableRow[];
  /** Whether the file can go to the service as it is; else why not. */
  readonly asIs: AsIs;
}

/** How many rows columns are guessed from. */
export const PREVIEWED = 50;

/** All rows of a table, batch by batch, its header left out. */
export async function* readRows(
  { file, form, columns }: Pick<Table, 'file' | 'form' | 'columns'>,
  reading: Reading,
): AsyncGenerator<readonly TableRow[]> {
  const texts = readText(file, reading);
  if (form.kind !== 'csv') {
    const keys = columns.map(({ name }) => name);
    const records = form.kind === 'lines' ? readJsonLines(texts) : readJsonArray(texts);
    for await (const batch of records) yield batch.map((record) => toTableRow(record, keys));
    return;
  }
  let isHeader = form.hasHeader;
  for await (const batch of readCsv(texts, form)) {
    const rows = isHeader ? batch.slice(1) : batch;
    isHeader = false;
    yield rows.map((row) => withRightWidth(row, columns.length));
  }
}

/** A row of another width has its cells in other columns than it seems. */
function withRightWidth(row: TableRow, width: number): TableRow {
  const { line, cells, problem } = row;
  if (cells.length === width || problem !== undefined) return row;
  const many = (count: number) => `${count} ${count === 1 ? 'cell' : 'cells'}`;
  return { line, cells, problem: `the row has ${many(cells.length)}, and the first one ${many(width)}` };
}

/** Columns by their names, each with a label that no other column has. */
export function toColumns(names: readonly string[]): Column[] {
  return names.map((given, i) => {
    const name = given.trim();
    const isUnique = names.filter((other) => other.trim() === name).length === 1;
    if (name === '') return { name: '', label: `column ${i + 1}` };
    return { name: given, label: isUnique ? name : `${name} (column ${i + 1})` };
  });
}
