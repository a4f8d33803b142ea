import { useState } from 'preact/hooks';
import { Confirm } from '../parts/confirm.js';
import { useApi } from '../parts/use-api.js';

/** Deletes all that the service knows of a reward model. */
export function Deletion({ name }: { name: string }) {
  const api = useApi();
  const [isAsked, setAsked] = useState(false);
  return (
    <section>
      <h2>Delete it</h2>
      <p class="muted">All versions of the curve, their audits, and the numbers that were observed.</p>
      <button type="button" onClick={() => setAsked(true)}>
        Delete this reward model …
      </button>
      {isAsked && (
        <Confirm
          title={`Delete ${name}?`}
          action="Delete all versions"
          isDanger
          act={() =>
            api.request('v1/curves', { method: 'DELETE', query: { reward_model: name } }).then(() => {
              location.hash = '#/';
            })
          }
          onClose={() => setAsked(false)}
        >
          <p>
            Its rewards are no longer calibrated: requests are refused, or pass with raw rewards where they
            ask for it. Export the versions first if you may want them back.
          </p>
        </Confirm>
      )}
    </section>
  );
}
