import { stackTraces } from './without-stack.js';

/** Where a value stands in what the caller sent, from the outside in: `['samples', 3, 'reward']`. */
export type Place = readonly (string | number)[];

/** A place in the request and, in words, the rule that it breaks. Never quotes a prompt or a response. */
export interface Violation {
  readonly path: Place;
  readonly message: string;
}

/** How many of the broken rules an error lists: enough to see the pattern, and a bound on the answer's size. */
export const MAX_VIOLATIONS = 20;

/** Longest part of a key that an error repeats; a key may be text of a prompt by mistake. */
const MAX_KEY_LENGTH = 64;

/**
 * Every error that the service gives on purpose. `code` is stable and names the rule (it becomes the `type` of
 * the problem+json answer); the subclass says what kind of refusal it is (it becomes the status). It has no stack trace: see
 * `withoutStack`.
 */
export abstract class ServiceError extends Error {
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
}

function shorten(segment: string | number): string | number {
  return typeof segment === 'number' ? segment : segment.slice(0, MAX_KEY_LENGTH);
}

/** Understood, but breaks a rule of the method or of the API. Nothing was changed. */
export class InvalidInput extends ServiceError {
  constructor(message: string, violations: readonly Violation[], code = 'invalid-input') {
    super(code, message, violations);
  }
}

/** Could not be read at all: not JSON, not UTF-8, a forbidden key. */
export class Unreadable extends ServiceError {}

/** Names something that is not here. */
export class NotFound extends ServiceError {}

/** Understood, but more than this service can hold at once. */
export class TooLarge extends ServiceError {}

/** Right in itself, but not in the present state of the service. */
export class Conflict extends ServiceError {}

/** Not now: a full queue or a store that is down. The same request may succeed later. */
export class Unavailable extends ServiceError {
  readonly retryAfterSeconds: number;

  constructor(code: string, message: string, retryAfterSeconds: number) {
    super(code, message);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** A server behind this one answered, but not what its contract says, or that it failed. */
export class BadGateway extends ServiceError {}

/** A server behind this one did not answer in time. */
export class GatewayTimeout extends ServiceError {}
