import { probesOf } from './probes.js';
import { selectInPlace } from './selection.js';

/** Where the ordinary values of a column lie; what is farther from `centre` than `limit` is far. */
export interface Ordinary {
  /** A value in their middle. */
  readonly centre: number;
  /** The greatest distance of an ordinary value from `centre`; Infinity where no value is far. */
  readonly limit: number;
}

/** Whether a value is far from the ordinary ones. */
export function isFar({ centre, limit }: Ordinary, value: number): boolean {
  return Math.abs(value - centre) > limit;
}

/** No value is far, and none is moved. */
export function uncentred(): Ordinary {
  return { centre: 0, limit: Number.POSITIVE_INFINITY };
}

/**
 * A value is far beyond this many typical distances from the centre. Sums that ordinary values share have
 * errors of some 1e-15 of the greatest of them: 1e-12 of a typical distance at most. Of normal values none is
 * as far, of Cauchy values one in 800.
 */
const FAR_DISTANCES = 512;

/**
 * The centre of the values, their median, and the limit of the ordinary ones: `distances` times the median
 * distance from it, without the distances of 0 of constant values. By up to 2,047 probes, so both are rough
 * in a long column: they say how to compute, not what. Up to nearly half of the values may be far.
 *
 * @param values finite, at least one.
 */
export function ordinaryOf(values: Float64Array, distances = FAR_DISTANCES): Ordinary {
  const probes = probesOf(values);
  const centre = selectInPlace(probes, probes.length, probes.length >>> 1);
  let differing = 0;
  for (const value of probes) {
    const distance = Math.abs(value - centre);
    if (distance > 0) probes[differing++] = distance;
  }
  const typical = differing === 0 ? 0 : selectInPlace(probes, differing, differing >>> 1);
  return { centre, limit: distances * typical };
}

/** The least and the greatest of the ordinary values; at least one is. */
export function ordinaryExtent(
  values: Float64Array,
  ordinary: Ordinary,
): { readonly least: number; readonly most: number } {
  // Locals and plain loops: a column of a million is looked at several times in a fit.
  const { centre, limit } = ordinary;
  let least = centre;
  let most = centre;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (Math.abs(value - centre) > limit) continue;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return { least, most };
}

/** The mean of the ordinary values: of all where none is far. Does not overflow where the values don't. */
export function ordinaryMean(values: Float64Array, { centre, limit }: Ordinary): number {
  let total = 0;
  let count = 0;
  for (let i = 0; i < values.length; i++) if (!(Math.abs(values[i] - centre) > limit)) count++;
  for (let i = 0; i < values.length; i++)
    if (!(Math.abs(values[i] - centre) > limit)) total += values[i] / count;
  return total;
}
