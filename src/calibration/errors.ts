import { stackTraces } from './without-stack.js';

/** The path of a value in the request, from the outside in: `['samples', 3, 'reward']`. */
export type Place = readonly (string | number)[];

/** A place in the request and, in words, the rule that it breaks. Never quotes a prompt or a response. */
export interface Violation {
  readonly path: Place;
  readonly message: string;
}

/**
 * How many of the broken rules an error lists: enough to see the pattern, and a bound on the answer's size.
 */
export const MAX_VIOLATIONS = 20;

/** Longest part of a key that an error repeats; a key may be text of a prompt by mistake. */
export const MAX_KEY_LENGTH = 64;

/** What kind of refusal an error is; it becomes the status of the answer. */
export type ErrorKind =
  | 'unreadable'
  | 'invalid'
  | 'not-found'
  | 'too-large'
  | 'conflict'
  | 'unavailable'
  | 'bad-gateway'
  | 'gateway-timeout';

/**
 * Every expected error of the service. `code` is stable and names the rule: it becomes the `type` of the
 * problem+json answer. It has no stack trace: see `withoutStack`.
 */
export abstract class ServiceError extends Error {
  abstract readonly kind: ErrorKind;
  readonly code: string;
  readonly violations: readonly Violation[];

  constructor(code: string, message: string, violations: readonly Violation[] = []) {
    // As withoutStack does, which cannot take a call of `super`.
    const limit = stackTraces.stackTraceLimit;
    stackTraces.stackTraceLimit = 0;
    super(message);
    stackTraces.stackTraceLimit = limit;
    this.name = new.target.name;
    this.code = code;
    this.violations = violations.slice(0, MAX_VIOLATIONS).map(({ path, message: rule }) => ({
      path: path.map(shorten),
      message: rule,
    }));
  }

  /** The same error with paths below `place`; `place` itself where the error names none. */
  at(place: Place): this {
    const { message, violations } = this;
    const moved = violations.map((violation) => ({ ...violation, path: [...place, ...violation.path] }));
    return this.saying(message, moved.length > 0 ? moved : [{ path: place, message }]);
  }

  /** The same error in other words, with these places (up to MAX_VIOLATIONS). */
  saying(message: string, violations: readonly Violation[]): this {
    const clone: this = Object.create(Object.getPrototypeOf(this), Object.getOwnPropertyDescriptors(this));
    return Object.assign(clone, { message, violations: violations.slice(0, MAX_VIOLATIONS) });
  }
}

/** A segment of a place as errors repeat it. */
export function shorten(segment: string | number): string | number {
  return typeof segment === 'number' ? segment : segment.slice(0, MAX_KEY_LENGTH);
}

/** Could not be read at all: not JSON, not UTF-8, a forbidden key. */
export class Unreadable extends ServiceError {
  readonly kind = 'unreadable';
}

/** Understood, but breaks a rule of the method or of the API. Nothing was changed. */
export class InvalidInput extends ServiceError {
  readonly kind = 'invalid';
}

/** The refusal of a request that breaks one rule at one place. The rule is also the message. */
export function brokenRule(path: Place, rule: string, code = INVALID_INPUT): InvalidInput {
  return new InvalidInput(code, rule, [{ path, message: rule }]);
}

/** The code of rules that have none of their own. */
export const INVALID_INPUT = 'invalid-input';

/** Names something that is not here. */
export class NotFound extends ServiceError {
  readonly kind = 'not-found';
}

/** Understood, but more than this service can hold at once. */
export class TooLarge extends ServiceError {
  readonly kind = 'too-large';
}

/** Right in itself, but not in the present state of the service. */
export class Conflict extends ServiceError {
  readonly kind = 'conflict';
}

/** Not now: a full queue or a store that is down. The same request may succeed later. */
export class Unavailable extends ServiceError {
  readonly kind = 'unavailable';
  readonly retryAfterSeconds: number;

  constructor(code: string, message: string, retryAfterSeconds: number) {
    super(code, message);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
