import { INVALID_INPUT, InvalidInput, type Place } from '../errors.js';
import type { MeasuredSamples } from '../samples/samples.js';

/** A value of the samples: of the column `rewards`, or of a characteristic. */
export interface SampleValue {
  readonly column: string;
  readonly sample: number;
}

/** Gives the place of a value in the request; undefined where it is unknown. */
export type ValuePlace = (value: SampleValue) => Place | undefined;

/** Samples whose numbers are so large that something computed from them is not a finite number. */
export class NotFinite extends InvalidInput {
  /**
   * The value of greatest magnitude, the likely cause; undefined where only part of the samples was
   * available.
   */
  readonly blamed: SampleValue | undefined;

  constructor(blamed?: SampleValue, place?: Place) {
    const largestIs = blamed && ` (the largest: ${blamed.column} of sample ${blamed.sample}, counted from 0)`;
    const message = `rewards or characteristics are too large: the result is not finite${largestIs ?? ''}`;
    const rule = 'is so large that the result is not finite';
    super(INVALID_INPUT, message, place === undefined ? [] : [{ path: place, message: rule }]);
    this.blamed = blamed;
  }
}

/** Runs the work and adds the greatest value of these samples to a {@link NotFinite} that it throws. */
export function blaming<Result>(samples: MeasuredSamples, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof NotFinite)) throw error;
    throw new NotFinite(largest(samples));
  }
}

/** Runs the work and adds the place in the request to a {@link NotFinite} that it throws. */
export function placing<Result>(placeOf: ValuePlace, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof NotFinite) || error.blamed === undefined) throw error;
    throw new NotFinite(error.blamed, placeOf(error.blamed));
  }
}

/**
 * Checks every number in plain data: numbers, typed arrays, lists and objects of them.
 *
 * @throws NotFinite
 */
export function requireFinite(data: unknown): void {
  if (typeof data === 'number') {
    if (!Number.isFinite(data)) throw new NotFinite();
  } else if (data instanceof Float64Array) {
    // A callback for each of a million values takes longer than looking at them.
    for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i])) throw new NotFinite();
  } else if (typeof data === 'object' && data !== null) {
    for (const value of Object.values(data)) requireFinite(value);
  }
}

/** The value of greatest magnitude, a reward where there is a draw. */
function largest({ rewards, characteristics }: MeasuredSamples): SampleValue {
  let found = { column: 'rewards', sample: 0 };
  let most = 0;
  for (const [column, values] of [['rewards', rewards] as const, ...characteristics]) {
    for (let sample = 0; sample < values.length; sample++) {
      if (Math.abs(values[sample]) <= most) continue;
      most = Math.abs(values[sample]);
      found = { column, sample };
    }
  }
  return found;
}
