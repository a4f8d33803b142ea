import { z } from 'zod';
import { checkCount, isUsualObject, wrongAnswer } from './answer-shape.js';

/** Which text an entry of `data` belongs to, as OpenAI-style answers say. */
export const indexSchema = z.int().min(0).nullish();

/**
 * Whether an answer is an OpenAI-style `data` list whose entries all say their index and hold such a value.
 */
export function isIndexedData(
  answer: unknown,
  name: string,
  isValue: (value: unknown) => boolean,
): answer is { data: { index: number }[] } {
  return (
    isUsualObject(answer) &&
    Array.isArray(answer.data) &&
    answer.data.every((entry) => isUsualObject(entry) && isIndex(entry.index) && isValue(entry[name]))
  );
}

function isIndex(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

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
