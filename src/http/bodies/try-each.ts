import { ServiceError } from '../../calibration/errors.js';

/**
 * The result of the work for each item. Where the work refuses the items together, each is tried alone, and a
 * refusal takes the place of its item's result.
 */
export function tryEach<Item, Result>(
  items: readonly Item[],
  work: (items: readonly Item[]) => Result[],
): (Result | ServiceError)[] {
  try {
    return work(items);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return items.length === 1 ? [error] : items.flatMap((item) => tryEach([item], work));
  }
}
