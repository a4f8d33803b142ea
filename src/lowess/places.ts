/** Distinct values in whole steps that span at most so many steps are looked up in a table. */
const TABLED_SPAN = 2 ** 16;

/**
 * The index of each value, known to be there, among ascending distinct values: by a table where they are
 * lengths.
 */
export function placesOf(distinct: Float64Array, values: Float64Array): Int32Array {
  const places = new Int32Array(values.length);
  const table = tableOf(distinct);
  if (table === undefined) {
    for (let i = 0; i < places.length; i++) places[i] = firstAtLeast(distinct, values[i]);
    return places;
  }
  const least = distinct[0];
  for (let i = 0; i < places.length; i++) places[i] = table[values[i] - least];
  return places;
}

/**
 * The index of every value by its steps above the least; undefined where the values are not in whole steps.
 */
function tableOf(distinct: Float64Array): Int32Array | undefined {
  const m = distinct.length;
  const least = distinct[0];
  const span = distinct[m - 1] - least + 1;
  if (!(span <= TABLED_SPAN)) return undefined;
  const table = new Int32Array(Math.floor(span));
  for (let j = 0; j < m; j++) {
    const step = (distinct[j] - least) | 0;
    if (step + least !== distinct[j]) return undefined;
    table[step] = j;
  }
  return table;
}

/** The index of the first of ascending values that is no less than `value`; their number where all are. */
export function firstAtLeast(ascending: Float64Array, value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
