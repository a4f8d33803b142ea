import {
  Conflict,
  type ErrorKind,
  InvalidInput,
  NotFound,
  ServiceError,
  TooLarge,
  Unavailable,
  Unreadable,
} from '../calibration/errors.js';

/** A refusal as data, since a thrown error loses its class between threads. */
interface Refusal extends Pick<ServiceError, 'kind' | 'code' | 'message' | 'violations'> {
  /** Only for what is unavailable. */
  readonly retryAfterSeconds: number;
}

/** The value that a worker thread returns. */
export type Outcome<Result> = { readonly result: Result } | { readonly refused: Refusal };

/** Does the work; a refusal becomes data, any other error is thrown. */
export function outcomeOf<Result>(work: () => Result): Outcome<Result> {
  try {
    return { result: work() };
  } catch (error) {
    return { refused: toRefusal(error) };
  }
}

/** The same for asynchronous work. */
export async function outcomeOfAsync<Result>(work: () => Promise<Result>): Promise<Outcome<Result>> {
  try {
    return { result: await work() };
  } catch (error) {
    return { refused: toRefusal(error) };
  }
}

/** The result; a refusal is thrown again in its own class. */
export function resultOf<Result>(outcome: Outcome<Result>): Result {
  if ('result' in outcome) return outcome.result;
  throw toError(outcome.refused);
}

function toRefusal(error: unknown): Refusal {
  if (!(error instanceof ServiceError)) throw error;
  const { kind, code, message, violations } = error;
  const retryAfterSeconds = error instanceof Unavailable ? error.retryAfterSeconds : 0;
  return { kind, code, message, violations, retryAfterSeconds };
}

/** The error classes of a worker's refusals. */
const CLASSES: Partial<
  Record<
    ErrorKind,
    new (
      code: string,
      message: string,
      violations: ServiceError['violations'],
    ) => ServiceError
  >
> = {
  unreadable: Unreadable,
  'too-large': TooLarge,
  invalid: InvalidInput,
  'not-found': NotFound,
  conflict: Conflict,
};

function toError({ kind, code, message, violations, retryAfterSeconds }: Refusal): Error {
  const Refused = CLASSES[kind];
  if (Refused !== undefined) return new Refused(code, message, violations);
  return new Unavailable(code, message, retryAfterSeconds);
}
