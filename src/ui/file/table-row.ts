/** One record of a file: a line of JSON, or a row of a table whose cells may hold line ends. */
export interface TableRow {
  /** The line of the file where the record begins, from 1. */
  readonly line: number;
  /** A value for every column; text in CSV, any JSON value otherwise, undefined where a key is missing. */
  readonly cells: readonly unknown[];
  /** Why the record cannot be read; then its cells say nothing. */
  readonly problem?: string;
}

/** A record is no longer than a line that the service takes (LINE_LIMIT). */
export const LONGEST_RECORD = 4 * 1024 * 1024;

/** How often a character stands in a part of a text. */
export function countChar(text: string, char: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf(char, from); at >= 0 && at < to; at = text.indexOf(char, at + 1)) count++;
  return count;
}
