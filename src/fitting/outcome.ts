import {
  Conflict,
  InvalidInput,
  NotFound,
  type ServiceError,
  TooLarge,
  Unavailable,
  Unreadable,
} from '../calibration/errors.js';

/** A refusal as data, since a thrown error loses its class between threads. */
interface Refusal {
  readonly kind: 'unreadable' | 'too-large' | 'invalid' | 'not-found' | 'conflict' | 'unavailable';
  readonly code: string;
  readonly message: string;
  readonly violations: ServiceError['violations'];
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
  const kind = kindOf(error);
  if (kind === undefined) throw error;
  const { code, message, violations } = error as ServiceError;
  const retryAfterSeconds = error instanceof Unavailable ? error.retryAfterSeconds : 0;
  return { kind, code, message, violations, retryAfterSeconds };
}

function kindOf(error: unknown): Refusal['kind'] | undefined {
  if (error instanceof Unreadable) return 'unreadable';
  if (error instanceof TooLarge) return 'too-large';
  if (error instanceof InvalidInput) return 'invalid';
  if (error instanceof NotFound) return 'not-found';
  if (error instanceof Conflict) return 'conflict';
  if (error instanceof Unavailable) return 'unavailable';
  return undefined;
}

function toError({ kind, code, message, violations, retryAfterSeconds }: Refusal): ServiceError {
  switch (kind) {
    case 'unreadable':
      return new Unreadable(code, message, violations);
    case 'too-large':
      return new TooLarge(code, message, violations);
    case 'invalid':
      return new InvalidInput(message, violations, code);
    case 'not-found':
      return new NotFound(code, message, violations);
    case 'conflict':
      return new Conflict(code, message, violations);
    case 'unavailable':
      return new Unavailable(code, message, retryAfterSeconds);
  }
}
