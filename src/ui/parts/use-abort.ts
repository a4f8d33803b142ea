import { useEffect, useRef } from 'preact/hooks';

/** Something that takes time, of which there is one at a time. */
export interface Abort {
  /** Ends what is under way; the signal of what begins now. */
  readonly begin: () => AbortSignal;
  readonly end: () => void;
}

/** Ends what is under way when something else begins, when it is asked to, and when its view is left. */
export function useAbort(): Abort {
  const current = useRef(new AbortController());
  const end = () => current.current.abort();
  useEffect(() => end, []);
  const begin = () => {
    end();
    current.current = new AbortController();
    return current.current.signal;
  };
  return { begin, end };
}
