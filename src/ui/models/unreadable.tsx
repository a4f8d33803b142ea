import { useState } from 'preact/hooks';
import type { UnreadableCurves } from '../api-types.js';
import { Confirm } from '../parts/confirm.js';
import { useApi } from '../parts/use-api.js';

/** Stored curves that cannot be read: requests for them are answered with 503 until they are restored. */
export function Unreadable({
  unreadable,
  onForgotten,
}: {
  unreadable: readonly UnreadableCurves[];
  onForgotten: () => void;
}) {
  const api = useApi();
  const [given, setGiven] = useState<string>();
  return (
    <section>
      <h2>Stored, but not readable</h2>
      <p class="muted">
        Their requests are answered with 503 until the files are restored from a copy, or the curves are given
        up.
      </p>
      <ul class="rows">
        {unreadable.map(({ reward_model: name, key, reason }) => (
          <li key={key}>
            <strong>{name ?? `folder ${key.slice(0, 12)}…`}</strong>
            <span class="muted">{reason}</span>
            {name !== null && (
              <button type="button" onClick={() => setGiven(name)}>
                Give up …
              </button>
            )}
          </li>
        ))}
      </ul>
      {given !== undefined && (
        <Confirm
          title={`Give up the curves of ${given}?`}
          action="Delete them"
          isDanger
          act={() =>
            api.request('v1/curves', { method: 'DELETE', query: { reward_model: given } }).then(onForgotten)
          }
          onClose={() => setGiven(undefined)}
        >
          <p>What is stored is deleted. If you have a copy of the files, restore it instead.</p>
        </Confirm>
      )}
    </section>
  );
}
