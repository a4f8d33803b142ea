import { type Read, readJsonNumber, readNumber } from './cells.js';
import type { Table } from './table.js';

/** How the cells of a table are read, and what its columns are called. */
export interface CellReading {
  readonly readNumber: (cell: unknown) => Read<number>;
  /** What is wrong with a cell, as a sentence that names its column. */
  readonly problemIn: (column: number, what: string) => { readonly problem: string };
}

/** Numbers are read as the format of the file has them: CSV has nothing but text. */
export function cellReading({ form, columns }: Pick<Table, 'form' | 'columns'>): CellReading {
  return {
    readNumber: form.kind === 'csv' ? readNumber : readJsonNumber,
    problemIn: (column, what) => ({ problem: `${columns[column]?.label ?? ''} ${what}` }),
  };
}
