import { z } from 'zod';
import { checkCount, wrongAnswer } from './answer-shape.js';

/** Which text an entry of `data` belongs to, as OpenAI-style answers say. */
export const indexSchema = z.int().min(0).nullish();

/**
 * The entries of an OpenAI-style `data` list, sorted by `index` into the order of the texts. Without any
 * index the list is in that order already.
 *
 * @throws BadGateway (`upstream-wrong-answer`) for another number of entries, or indexes
 *   that are not 0 … count − 1.
 */
export function inOrder<Entry extends { readonly index?: number | null | undefined }>(
  entries: readonly Entry[],
  count: number,
): readonly Entry[] {
  checkCount(entries.length, count);
  if (entries.every(({ index }) => index == null)) return entries;
  const places = new Map(entries.map((entry) => [entry.index, entry]));
  return entries.map((_, i) => {
    const entry = places.get(i);
    if (entry === undefined) throw wrongAnswer(`no entry has the index ${i}`);
    return entry;
  });
}
