import { type Inputs, useCallback, useEffect, useState } from 'preact/hooks';
import { ApiError } from '../api.js';

/** What was asked for, as far as it has come. */
export interface Loaded<Value> {
  /** The newest that came; while it is asked for again, the one before. */
  readonly value: Value | undefined;
  /** Why the last try failed. */
  readonly error: unknown;
  readonly reload: () => void;
}

/** What came, of which inputs: an answer to other inputs is none. */
interface Came<Value> {
  readonly inputs: Inputs;
  readonly value: Value | undefined;
  readonly error: unknown;
}

/**
 * Asks for something when the inputs change, and again every so often while the tab is seen.
 *
 * @param every milliseconds; undefined for once.
 */
export function useLoaded<Value>(
  load: (signal: AbortSignal) => Promise<Value>,
  inputs: Inputs,
  every?: number,
): Loaded<Value> {
  const [came, setCame] = useState<Came<Value>>();
  const [round, setRound] = useState(0);
  const isOfInputs = came?.inputs.every((input, i) => input === inputs[i]) ?? false;
  const error = isOfInputs ? came?.error : undefined;
  useEffect(() => {
    const abort = new AbortController();
    const keep = (value: Value | undefined, failure: unknown) => {
      if (!abort.signal.aborted)
        setCame((before) => ({ inputs, value: value ?? before?.value, error: failure }));
    };
    load(abort.signal).then(
      (value) => keep(value, undefined),
      (failure) => keep(undefined, failure),
    );
    return () => abort.abort();
  }, [...inputs, round]);
  // Without a key every further request would ask for one again.
  const isPolled = every !== undefined && !(error instanceof ApiError && error.status === 401);
  useEffect(() => {
    if (!isPolled) return undefined;
    const again = () => {
      if (document.visibilityState === 'visible') setRound((count) => count + 1);
    };
    const timer = setInterval(again, every);
    document.addEventListener('visibilitychange', again);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', again);
    };
  }, [every, isPolled]);
  const reload = useCallback(() => setRound((count) => count + 1), []);
  return { value: isOfInputs ? came?.value : undefined, error, reload };
}
