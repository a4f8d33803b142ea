import { useState } from 'preact/hooks';

/** Something that a button does, and how it stands. */
export interface Action<Given extends readonly unknown[]> {
  readonly run: (...given: Given) => void;
  readonly isRunning: boolean;
  /** Why the last run failed. */
  readonly error: unknown;
}

/** An action of a button; while it runs a further click does nothing. */
export function useAction<Given extends readonly unknown[]>(
  act: (...given: Given) => Promise<unknown>,
): Action<Given> {
  const [isRunning, setRunning] = useState(false);
  const [error, setError] = useState<unknown>();
  const run = (...given: Given) => {
    if (isRunning) return;
    setRunning(true);
    setError(undefined);
    act(...given)
      .catch(setError)
      .finally(() => setRunning(false));
  };
  return { run, isRunning, error };
}
