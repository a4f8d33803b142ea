import type { TiedSamples } from './ties.js';

/**
 * The indices of the distinct x where R's `lowess` fits a line. The stop after a stop is the last x within
 * `delta` of it, or the next x if there is none within. Between stops it interpolates. With delta = 0 every
 * distinct x is a stop.
 */
export function findStops(x: Float64Array, delta: number): Int32Array {
  const stops = new Int32Array(x.length);
  let count = 0;
  for (let i = 0; i < x.length; ) {
    stops[count++] = i;
    const cut = x[i] + delta;
    let next = i + 1;
    while (next < x.length && x[next] <= cut) next++;
    i = Math.max(i + 1, next - 1);
  }
  return stops.slice(0, count);
}

/** Fills `fitted` between the stops by straight lines, as R. */
export function interpolateBetween(x: Float64Array, stops: Int32Array, fitted: Float64Array): void {
  for (let s = 1; s < stops.length; s++) {
    const from = stops[s - 1];
    const to = stops[s];
    for (let j = from + 1; j < to; j++) {
      const share = (x[j] - x[from]) / (x[to] - x[from]);
      fitted[j] = share * fitted[to] + (1 - share) * fitted[from];
    }
  }
}

/**
 * The y that R's `lowess` copies at a stop where all robustness weights are 0: the y of the last sample at
 * this x where R skipped to it within `delta`, of the first otherwise. Not that of a far sample where there
 * are others: it would be the bias of all of them.
 */
export function copiedY(samples: TiedSamples, stops: Int32Array, i: number, delta: number): number {
  const { x, starts, y, limit } = samples;
  // With delta 0 R skips nothing.
  const before = delta > 0 ? stops[stops.indexOf(i) - 1] : undefined;
  const skipped = before !== undefined && x[i] <= x[before] + delta;
  const copied = skipped ? y[starts[i + 1] - 1] : y[starts[i]];
  if (Math.abs(copied) <= limit) return copied;
  const group = y.subarray(starts[i], starts[i + 1]);
  const isOrdinary = (value: number) => Math.abs(value) <= limit;
  return (skipped ? group.findLast(isOrdinary) : group.find(isOrdinary)) ?? copied;
}
