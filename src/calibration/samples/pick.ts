/*
 * Conversions and selections of columns. `from` and `filter` of typed arrays build a list first, which takes
 * 35 to 70 bytes a value and ten times as long.
 */

/** The values at `indices`, in their order. */
export function pick(column: Float64Array, indices: ArrayLike<number>): Float64Array<ArrayBuffer> {
  const picked = new Float64Array(indices.length);
  for (let k = 0; k < picked.length; k++) picked[k] = column[indices[k]];
  return picked;
}

/** The indices from 0 below `count` that are accepted, ascending. */
export function indicesWhere(count: number, accept: (index: number) => boolean): Uint32Array {
  const indices = new Uint32Array(count);
  let accepted = 0;
  for (let i = 0; i < count; i++) if (accept(i)) indices[accepted++] = i;
  return accepted === count ? indices : indices.slice(0, accepted);
}

/** The values as a list, for what takes no column. */
export function toList(column: Float64Array): number[] {
  // A list of doubles from the start: V8 copies a list of whole numbers, or an empty one, at the first
  // fraction.
  const list = [0.5];
  list.length = column.length;
  for (let i = 0; i < column.length; i++) list[i] = column[i];
  return list;
}

/** The values of a list as a column. */
export function toColumn(list: ArrayLike<number>): Float64Array<ArrayBuffer> {
  const column = new Float64Array(list.length);
  for (let i = 0; i < list.length; i++) column[i] = list[i];
  return column;
}
