import { Unavailable } from '../../calibration/errors.js';

/** Seconds after which a request that found no room may be tried again: about the time of a large body. */
const RETRY_AFTER_SECONDS = 1;

/** The refusal of bytes for which there is no room. */
export function noRoom(): Unavailable {
  return new Unavailable(
    'bytes-in-flight-full',
    'too many bytes of requests are under way (MAX_BYTES_IN_FLIGHT)',
    RETRY_AFTER_SECONDS,
  );
}
