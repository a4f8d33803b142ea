/** Seconds that a server may make us, or we a caller, wait; trainers give up after 120 to 180 s. */
export const MAX_RETRY_AFTER_SECONDS = 60;

/** Milliseconds within which the first retry falls; the bound doubles with every further one. */
const FIRST_BACKOFF = 200;
const MAX_BACKOFF = 10_000;

/**
 * The seconds that a `Retry-After` header asks for: a count of seconds or a date (RFC 9110, 10.2.3).
 *
 * @param now milliseconds since 1970, to which a date is compared.
 * @returns undefined where there is no header or it cannot be read.
 */
export function readRetryAfter(header: string | undefined, now: number): number | undefined {
  const value = header?.trim() ?? '';
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - now) / 1_000;
  return Number.isNaN(seconds) ? undefined : Math.max(seconds, 0);
}

/**
 * Milliseconds before the next try: exponential backoff with full jitter (uniform between 0 and the bound, so that clients that
 * failed together do not come back together), after what the server asked for.
 *
 * Source: M. Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog, 2015.
 *
 * @param retry 0 for the first retry.
 * @param random a uniform number in [0, 1).
 */
export function retryDelay(retry: number, retryAfterSeconds: number | undefined, random: number): number {
  const bound = Math.min(MAX_BACKOFF, FIRST_BACKOFF * 2 ** retry);
  return (retryAfterSeconds ?? 0) * 1_000 + random * bound;
}
