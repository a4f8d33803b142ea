import { sortedOrder } from '../../lowess/sorted-order.js';
import { orderBySteps } from './order-by-steps.js';

/** The distinct values, ascending, and how often each occurs. */
export interface ValueCounts {
  readonly values: Float64Array;
  readonly counts: Int32Array;
}

/** A column sorted once, for all that needs its order: ranks, frequent values, quantiles. */
export interface Ranking extends ValueCounts {
  /** The index of each sample's value among the distinct ones. */
  readonly places: Int32Array;
}

/**
 * Values in whole steps, as lengths and marks are, are counted where they span at most so many steps, or so
 * many times their number.
 */
const COUNTED_SPAN = 2 ** 16;
const COUNTED_SPAN_PER_VALUE = 2;

/** The ranking of a column without NaN; −0 equals 0. O(n). */
export function rankingOf(column: Float64Array): Ranking {
  return rankingByCounting(column) ?? rankingBySorting(column);
}

/** Undefined where the values are not in whole steps over a small span. */
function rankingByCounting(column: Float64Array): Ranking | undefined {
  const n = column.length;
  if (n === 0) return undefined;
  let least = column[0];
  let most = column[0];
  for (let i = 0; i < n; i++) {
    if (column[i] < least) least = column[i];
    if (column[i] > most) most = column[i];
  }
  const span = most - least + 1;
  if (!(span <= Math.max(COUNTED_SPAN, COUNTED_SPAN_PER_VALUE * n))) return undefined;
  const steps = new Int32Array(Math.floor(span));
  for (let i = 0; i < n; i++) {
    const step = (column[i] - least) | 0;
    // Also false where the difference to the least was rounded.
    if (step + least !== column[i]) return undefined;
    steps[step]++;
  }
  return numberSteps(column, least, steps);
}

/** @param steps how many values lie so many steps above the least; is overwritten. */
function numberSteps(column: Float64Array, least: number, steps: Int32Array): Ranking {
  let distinct = 0;
  for (let step = 0; step < steps.length; step++) if (steps[step] > 0) distinct++;
  const values = new Float64Array(distinct);
  const counts = new Int32Array(distinct);
  for (let step = 0, place = 0; step < steps.length; step++) {
    if (steps[step] === 0) continue;
    values[place] = step + least;
    counts[place] = steps[step];
    steps[step] = place++;
  }
  const places = new Int32Array(column.length);
  for (let i = 0; i < places.length; i++) places[i] = steps[column[i] - least];
  return { values, counts, places };
}

function rankingBySorting(column: Float64Array): Ranking {
  const n = column.length;
  const order = orderBySteps(column) ?? sortedOrder(column);
  const values = new Float64Array(n);
  const counts = new Int32Array(n);
  const places = new Int32Array(n);
  let last = -1;
  for (let k = 0; k < n; k++) {
    const i = order[k];
    if (last < 0 || column[i] !== values[last]) values[++last] = column[i] + 0; // −0 becomes 0
    counts[last]++;
    places[i] = last;
  }
  return { values: values.slice(0, last + 1), counts: counts.slice(0, last + 1), places };
}
