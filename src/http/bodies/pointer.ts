import type { Place } from '../../calibration/errors.js';

/** A place as a JSON pointer (RFC 6901): `/samples/3/reward`. */
export function toPointer(place: Place): string {
  return place.map((segment) => `/${String(segment).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
