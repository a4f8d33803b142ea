import { useState } from 'preact/hooks';
import { Confirm } from '../parts/confirm.js';

/** Begins anew with another file; asks first where that forgets labels. */
export function AnotherFile({ labels, onForget }: { labels: number; onForget: () => void }) {
  const [isAsking, setAsking] = useState(false);
  return (
    <>
      <button type="button" class="quiet" onClick={() => (labels === 0 ? onForget() : setAsking(true))}>
        Choose another file
      </button>
      {isAsking && (
        <Confirm
          title="Forget the labels?"
          action={`Forget ${labels} ${labels === 1 ? 'label' : 'labels'}`}
          isDanger
          act={async () => onForget()}
          onClose={() => setAsking(false)}
        >
          <p>They are in this tab only. A verdict that is attached to a curve stays.</p>
        </Confirm>
      )}
    </>
  );
}
