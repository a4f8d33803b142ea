/** What V8 adds to `Error`. */
interface StackTraces {
  stackTraceLimit?: number | undefined;
}

/**
 * V8's limit of frames that an error captures (https://v8.dev/docs/stack-trace-api); other engines ignore it.
 */
export const stackTraces: StackTraces = Error as ErrorConstructor & StackTraces;

/**
 * Runs work whose errors are expected, without capturing stack traces: they are never read, and capturing one
 * takes longer than the rest of handling a wrong line.
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
