import type { ComponentChildren } from 'preact';
import { Field } from '../parts/field.js';
import type { Column } from './table.js';

/** Chooses one of the columns, or none. */
export function ColumnSelect({
  label,
  hint,
  none,
  columns,
  value,
  onChange,
}: {
  label: string;
  hint?: ComponentChildren;
  /** What no column is called. */
  none: string;
  columns: readonly Column[];
  value: number | undefined;
  onChange: (column: number | undefined) => void;
}) {
  return (
    <Field label={label} hint={hint}>
      {(control) => (
        <select
          {...control}
          value={value ?? ''}
          onChange={({ currentTarget }) =>
            onChange(currentTarget.value === '' ? undefined : Number(currentTarget.value))
          }
        >
          <option value="">{none}</option>
          {columns.map((column, i) => (
            <option key={column.label} value={i}>
              {column.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
