/**
 * The checks at the door of every public function of this room: behind it, samples and options are trusted.
 */

/** Throws RangeError unless x and y are of one length, not empty, and finite throughout. */
export function checkSamples(x: Float64Array, y: Float64Array): void {
  if (x.length !== y.length) throw new RangeError(`x has ${x.length} values but y has ${y.length}`);
  if (x.length === 0) throw new RangeError('at least one sample is needed');
  checkFinite('x', x);
  checkFinite('y', y);
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

/** Throws RangeError unless delta is finite and at least 0. */
export function checkDelta(delta: number): void {
  if (!(delta >= 0 && delta < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`delta must be finite and at least 0, not ${delta}`);
  }
}

function checkFinite(name: string, values: Float64Array): void {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i]))
      throw new RangeError(`${name}[${i}] is ${values[i]}, not a finite number`);
  }
}
