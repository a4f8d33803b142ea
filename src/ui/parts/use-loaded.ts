import { type Inputs, useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { ApiError } from '../api.js';

/** What was asked for, as far as it has come. */
export interface Loaded<Value> {
  /** The newest that came; while it is asked for again, and where that fails, the one before. */
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
 * Asks for something when the inputs change, and again every so often while the tab is seen and nothing is
 * under way.
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
  const isUnderWay = useRef(false);
  const current = came !== undefined && isSame(came.inputs, inputs) ? came : undefined;
  useEffect(() => {
    const abort = new AbortController();
    isUnderWay.current = true;
    const settle = (next: (before: Came<Value> | undefined) => Came<Value>) => {
      if (abort.signal.aborted) return;
      isUnderWay.current = false;
      setCame(next);
    };
    load(abort.signal).then(
      (value) => settle(() => ({ inputs, value, error: undefined })),
      (error) =>
        settle((before) => {
          const value = before !== undefined && isSame(before.inputs, inputs) ? before.value : undefined;
          return { inputs, value, error };
        }),
    );
    return () => abort.abort();
  }, [...inputs, round]);
  // Without a key every further request would ask for one again.
  const isPolled =
    every !== undefined && !(current?.error instanceof ApiError && current.error.status === 401);
  useEffect(() => {
    if (!isPolled) return undefined;
    const again = () => {
      if (document.visibilityState === 'visible' && !isUnderWay.current) setRound((count) => count + 1);
    };
    const timer = setInterval(again, every);
    document.addEventListener('visibilitychange', again);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', again);
    };
  }, [every, isPolled]);
  const reload = useCallback(() => setRound((count) => count + 1), []);
  return { value: current?.value, error: current?.error, reload };
}

function isSame(before: Inputs, inputs: Inputs): boolean {
  return before.length === inputs.length && before.every((input, i) => input === inputs[i]);
}
