import { formatBytes } from '../parts/numbers.js';
import { TableBox } from '../parts/table-box.js';
import type { ColumnChoice } from './guess-columns.js';
import type { Table, TableForm } from './table.js';

/** Rows that are shown. */
const SHOWN = 5;

/** The file in words, and its first rows. */
export function TableFacts({
  table,
  choice,
}: {
  table: Table;
  /** The columns that are used; they are marked. */
  choice: ColumnChoice;
}) {
  const { file, form, columns, preview } = table;
  return (
    <section>
      <h2>{file.name}</h2>
      <p class="muted">
        {formatBytes(file.size)}, {formWords(form)}, {columns.length}{' '}
        {columns.length === 1 ? 'column' : 'columns'}. These are its first rows:
      </p>
      <TableBox label={`First rows of ${file.name}`}>
        <table class="preview">
          <thead>
            <tr>
              <th scope="col">Line</th>
              {columns.map(({ label }, i) => (
                <th scope="col" key={label}>
                  {label}
                  {rolesOf(choice, i).map((role) => (
                    <span class="chip accent" key={role}>
                      {role}
                    </span>
                  ))}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {preview.slice(0, SHOWN).map(({ line, cells, problem }) => (
              <tr key={line}>
                <th scope="row">{line}</th>
                {problem === undefined ? (
                  columns.map(({ label }, i) => (
                    <td key={label}>
                      <div class="cell">{cellText(cells[i])}</div>
                    </td>
                  ))
                ) : (
                  <td colSpan={columns.length}>{problem}</td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </TableBox>
    </section>
  );
}

function formWords(form: TableForm): string {
  if (form.kind === 'lines') return 'one JSON object a line';
  if (form.kind === 'array') return 'one JSON array';
  const separator = DELIMITER_WORDS[form.delimiter] ?? JSON.stringify(form.delimiter);
  return `cells separated by ${separator}, ${form.hasHeader ? 'with' : 'without'} a header`;
}

/** Separators that can be chosen. */
export const DELIMITER_WORDS: Readonly<Record<string, string>> = {
  ',': 'commas',
  ';': 'semicolons',
  '\t': 'tabs',
  '|': 'bars (|)',
};

const ROLES = ['reward', 'response', 'prompt', 'length'] as const;

function rolesOf(choice: ColumnChoice, column: number): readonly string[] {
  return ROLES.filter((role) => choice[role] === column);
}

/** Characters of a cell that are shown. */
const SHOWN_CHARACTERS = 120;

function cellText(cell: unknown): string {
  if (cell === undefined) return '';
  const text = typeof cell === 'string' ? cell : JSON.stringify(cell);
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)} …` : text;
}
