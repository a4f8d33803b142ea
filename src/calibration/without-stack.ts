/** What V8 adds to `Error`. */
interface StackTraces {
  stackTraceLimit?: number | undefined;
}

/** Where V8 keeps how many frames an error captures (https://v8.dev/docs/stack-trace-api); other engines ignore it. */
export const stackTraces: StackTraces = Error as ErrorConstructor & StackTraces;

/**
 * Does work whose errors are expected, and has them made without a stack trace: nobody reads the one of a refusal, and capturing it
 * takes longer than all else that a wrong line costs.
 */
export function withoutStack<Result>(work: () => Result): Result {
  const limit = stackTraces.stackTraceLimit;
  stackTraces.stackTraceLimit = 0;
  try {
    return work();
  } finally {
    stackTraces.stackTraceLimit = limit;
  }
}
