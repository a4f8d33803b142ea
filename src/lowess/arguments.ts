/** Checks of arguments. Every public function of this folder makes them; the code behind trusts its input. */

/** The least and the greatest of some values. */
export interface Extent {
  readonly least: number;
  readonly most: number;
}

/** Throws RangeError unless x and y are of one length and not empty. */
export function checkLengths(x: Float64Array, y: Float64Array): void {
  if (x.length !== y.length) throw new RangeError(`x has ${x.length} values but y has ${y.length}`);
  if (x.length === 0) throw new RangeError('at least one sample is needed');
}

/**
 * The least and the greatest value. Throws RangeError, with the name and the index, unless all are finite.
 */
export function checkFinite(name: string, values: Float64Array): Extent {
  let least = values[0];
  let most = values[0];
  for (let i = 0; i < values.length; i++) {
    least = Math.min(least, values[i]);
    most = Math.max(most, values[i]);
  }
  if (Number.isFinite(least) && Number.isFinite(most)) return { least, most };
  const place = values.findIndex((value) => !Number.isFinite(value));
  throw new RangeError(`${name}[${place}] is ${values[place]}, not a finite number`);
}

/** Throws RangeError unless 0 < frac <= 1. */
export function checkFrac(frac: number): void {
  if (!(frac > 0 && frac <= 1)) throw new RangeError(`frac must lie in (0, 1], not ${frac}`);
}

/** Throws RangeError unless iterations is a whole number of at least 0. */
export function checkIterations(iterations: number): void {
  if (!Number.isInteger(iterations) || iterations < 0) {
    throw new RangeError(`iterations must be a whole number of at least 0, not ${iterations}`);
  }
}

/** Throws RangeError unless 0 <= delta < Infinity. */
export function checkDelta(delta: number): void {
  if (!(delta >= 0 && delta < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`delta must be a finite number of at least 0, not ${delta}`);
  }
}
