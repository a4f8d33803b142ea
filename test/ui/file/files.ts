import type { TableRow } from '../../../src/ui/file/table-row.js';

/** A chosen file with this content. */
export function fileOf(content: string | Uint8Array<ArrayBuffer>, name = 'scores.csv'): File {
  return new File([content], name);
}

/** A reading that nobody cancels. */
export const READING = { signal: new AbortController().signal };

/** Text in pieces of that many characters. */
export async function* pieces(text: string, size: number): AsyncGenerator<string> {
  for (let from = 0; from < text.length; from += size) yield text.slice(from, from + size);
}

/** All records of a reader. */
export async function all<Found>(batches: AsyncIterable<readonly Found[]>): Promise<Found[]> {
  const found: Found[] = [];
  for await (const batch of batches) found.push(...batch);
  return found;
}

/** Rows as `[line, ...cells]`. */
export function plain(rows: readonly TableRow[]): unknown[][] {
  return rows.map(({ line, cells }) => [line, ...cells]);
}
