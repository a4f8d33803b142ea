import { Steps } from './steps.js';

/** Up to so many values of one step are put in order one by one. */
const LONGEST_RUN = 32;

/**
 * The indices of the values in ascending order, equal ones in their order, as `sortedOrder`: by equal steps
 * of the values, and within a step one by one. Faster for rewards, whose steps hold few values; undefined
 * where one holds many.
 *
 * @param column finite, at least one value.
 */
export function orderBySteps(column: Float64Array): Uint32Array | undefined {
  const { each, counts } = new Steps(column);
  const next = new Uint32Array(counts.length);
  for (let step = 0, place = 0; step < counts.length; step++) {
    if (counts[step] > LONGEST_RUN) return undefined;
    next[step] = place;
    place += counts[step];
  }
  const order = new Uint32Array(column.length);
  for (let i = 0; i < column.length; i++) order[next[each[i]]++] = i;
  settle(column, order);
  return order;
}

/** Puts values in order that are nearly so, by insertion. */
function settle(column: Float64Array, order: Uint32Array): void {
  for (let k = 1; k < order.length; k++) {
    const i = order[k];
    const value = column[i];
    let at = k;
    while (at > 0 && column[order[at - 1]] > value) {
      order[at] = order[at - 1];
      at--;
    }
    order[at] = i;
  }
}
