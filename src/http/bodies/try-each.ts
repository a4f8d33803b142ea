import { ServiceError } from '../../calibration/errors.js';

/**
 * What the work makes of the items, one result an item. Where it refuses them together, each is tried alone, and a refusal stands
 * in the place of its item.
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
