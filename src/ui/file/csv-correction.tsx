import { Field } from '../parts/field.js';
import type { CsvCorrection } from './open-table.js';
import type { Table } from './table.js';
import { DELIMITER_WORDS } from './table-facts.js';

/** Corrects what was guessed of a CSV file; nothing for other files. */
export function CsvCorrections({
  table: { form },
  onCorrect,
}: {
  table: Table;
  onCorrect: (correction: CsvCorrection) => void;
}) {
  if (form.kind !== 'csv') return null;
  const { delimiter, hasHeader } = form;
  return (
    <div class="side-by-side">
      <Field label="Cells are separated by">
        {(control) => (
          <select
            {...control}
            value={delimiter}
            onChange={({ currentTarget }) => onCorrect({ delimiter: currentTarget.value })}
          >
            {Object.entries(DELIMITER_WORDS).map(([mark, words]) => (
              <option key={mark} value={mark}>
                {words}
              </option>
            ))}
          </select>
        )}
      </Field>
      <label class="choice">
        <input
          type="checkbox"
          checked={hasHeader}
          onChange={({ currentTarget }) => onCorrect({ delimiter, hasHeader: currentTarget.checked })}
        />
        The first line names the columns
      </label>
    </div>
  );
}
