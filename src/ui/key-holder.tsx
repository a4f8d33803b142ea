import { useEffect, useState } from 'preact/hooks';
import type { Api } from './api.js';
import { KeyDialog } from './parts/key-dialog.js';

/** A request that waits for a key. */
interface Asking {
  readonly wasRefused: boolean;
  readonly answer: (key: string | undefined) => void;
}

/** Asks for a key where the service wants one, and offers to forget it. */
export function KeyHolder({ api }: { api: Api }) {
  const [asking, setAsking] = useState<Asking>();
  const [hasKey, setHasKey] = useState(api.hasKey);
  useEffect(() => {
    api.whenUnauthorized((wasRefused) => new Promise((answer) => setAsking({ wasRefused, answer })));
  }, [api]);
  const answer = (key: string | undefined) => {
    asking?.answer(key);
    setAsking(undefined);
    setHasKey(key !== undefined || api.hasKey);
  };
  return (
    <>
      {hasKey && (
        <button
          type="button"
          class="quiet"
          onClick={() => {
            api.setKey('');
            setHasKey(false);
          }}
        >
          Forget the API key
        </button>
      )}
      {asking && (
        <KeyDialog wasRefused={asking.wasRefused} onKey={answer} onClose={() => answer(undefined)} />
      )}
    </>
  );
}
