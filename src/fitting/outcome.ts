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
  /** Of what is unavailable. */
  readonly retryAfterSeconds: number;
}

/** What comes back from a worker thread. */
export type Outcome<Result> = { readonly result: Result } | { readonly refused: Refusal };

/** Does the work; what it refuses becomes data, any other error is thrown. */
export function outcomeOf<Result>(work: () => Result): Outcome<Result> {
  try {
    return { result: work() };
  } catch (error) {
    return { refused: toRefusal(error) };
  }
}

/** The same for work that has to wait for something. */
export async function outcomeOfAsync<Result>(work: () => Promise<Result>): Promise<Outcome<Result>> {
  try {
    return { result: await work() };
  } catch (error) {
    return { refused: toRefusal(error) };
  }
}

/** The result, or the refusal thrown as what it was. */
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

/** The classes of what a worker refuses. */
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
