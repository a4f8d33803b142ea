import { InvalidInput, type ServiceError, Unreadable } from '../calibration/errors.js';

/** A refusal as data, since a thrown error loses its class between threads. */
interface Refusal {
  readonly kind: 'unreadable' | 'invalid';
  readonly code: string;
  readonly message: string;
  readonly violations: ServiceError['violations'];
}

/** What comes back from a worker thread. */
export type Outcome<Result> = { readonly result: Result } | { readonly refused: Refusal };

/** Does the work; what it refuses becomes data, any other error is thrown. */
export function outcomeOf<Result>(work: () => Result): Outcome<Result> {
  try {
    return { result: work() };
  } catch (error) {
    if (!(error instanceof InvalidInput || error instanceof Unreadable)) throw error;
    const { code, message, violations } = error;
    return {
      refused: { kind: error instanceof Unreadable ? 'unreadable' : 'invalid', code, message, violations },
    };
  }
}

/** The result, or the refusal thrown as what it was. */
export function resultOf<Result>(outcome: Outcome<Result>): Result {
  if ('result' in outcome) return outcome.result;
  const { kind, code, message, violations } = outcome.refused;
  throw kind === 'unreadable'
    ? new Unreadable(code, message, violations)
    : new InvalidInput(message, violations, code);
}
