import { FileProblem } from './file-problem.js';
import { countChar, LONGEST_RECORD, type TableRow } from './table-row.js';

/** How the cells and rows of a CSV file are separated. */
export interface CsvForm {
  readonly delimiter: string;
  /** `\n` for files with `\r\n`, too: they may hold both. */
  readonly newline: '\n' | '\r';
}

/** What Papa Parse says of one row. */
interface Step {
  readonly data: readonly (readonly string[])[];
  readonly errors: readonly { readonly code: string; readonly index?: number | undefined }[];
  readonly meta: { readonly cursor: number };
}

/** Separators that a file may have, the likeliest first. */
const DELIMITERS = [',', '\t', ';', '|'];

/** The form of a CSV file, from its first text. */
export async function guessCsvForm(head: string): Promise<CsvForm> {
  const { default: Papa } = await import('papaparse');
  const newline = !head.includes('\n') && head.includes('\r') ? '\r' : '\n';
  const { meta } = Papa.parse(head, {
    newline,
    preview: 20,
    skipEmptyLines: 'greedy',
    delimitersToGuess: DELIMITERS,
  });
  return { delimiter: meta.delimiter, newline };
}

/**
 * The rows of a CSV file, batch by batch, empty lines left out.
 *
 * Papa Parse's own streaming reads a file by `FileReader`, which breaks a character that two slices share;
 * so it is given whole characters here, and parses a slice at a time with its last, unfinished row left for
 * the next.
 *
 * @throws FileProblem where a quote is not closed, or a row is longer than {@link LONGEST_RECORD}: what
 *   follows may be anything.
 */
export async function* readCsv(
  texts: AsyncIterable<string>,
  { delimiter, newline }: CsvForm,
): AsyncGenerator<TableRow[]> {
  const { default: Papa } = await import('papaparse');
  let rest = '';
  let line = 1;
  const parse = (text: string, isLast: boolean): TableRow[] => {
    const rows: TableRow[] = [];
    let from = 0;
    const step = ({ data: [cells = []], errors, meta: { cursor } }: Step) => {
      const isOfOneLine = countChar(text, newline, from, cursor - 1) === 0;
      const unclosed = unclosedQuote(errors, isOfOneLine);
      if (unclosed !== undefined)
        throw new FileProblem(NOT_CLOSED, line + countChar(text, newline, from, unclosed.index ?? from));
      const row = toRow(line, withoutReturn(cells, text, cursor), errors[0]?.code);
      if (row !== undefined) rows.push(row);
      line += countChar(text, newline, from, cursor);
      from = cursor;
    };
    new Papa.Parser({ delimiter, newline, step }).parse(text, 0, !isLast);
    rest = text.slice(from);
    return rows;
  };
  for await (const text of texts) {
    const rows = parse(rest + text, false);
    if (rest.length > LONGEST_RECORD)
      throw new FileProblem(
        'the row that begins here does not end. Is a quote (") opened and not closed?',
        line,
      );
    if (rows.length > 0) yield rows;
  }
  const rows = parse(rest, true);
  if (rows.length > 0) yield rows;
}

function toRow(line: number, cells: readonly string[], error: string | undefined): TableRow | undefined {
  if (error !== undefined) return { line, cells, problem: QUOTE_PROBLEMS[error] ?? error };
  if (cells.length === 1 && cells[0]?.trim() === '') return undefined;
  return { line, cells };
}

/**
 * The error of a quote that swallows what follows: it is not closed, or one further below ends it, and how
 * many rows lie in between is not known.
 */
function unclosedQuote(errors: Step['errors'], isOfOneLine: boolean): Step['errors'][number] | undefined {
  const isHarmless = isOfOneLine && errors.every(({ code }) => code !== 'MissingQuotes');
  return isHarmless ? undefined : errors[0];
}

const NOT_CLOSED =
  'a quote (") opens here and is not closed, so that the lines below it look like its text. Close it; within a quoted cell a quote is written twice ("").';

const QUOTE_PROBLEMS: Readonly<Record<string, string>> = {
  InvalidQuotes: 'a quote (") within a quoted cell is not doubled ("")',
};

/** The cells without the `\r` of a line end, which only a last cell that is not quoted still has. */
function withoutReturn(cells: readonly string[], text: string, cursor: number): readonly string[] {
  const last = cells.at(-1);
  if (last === undefined || !last.endsWith('\r')) return cells;
  const end = text[cursor - 1] === '\n' ? cursor - 1 : cursor;
  return text.endsWith(last, end) ? [...cells.slice(0, -1), last.slice(0, -1)] : cells;
}
