import { useEffect, useId, useRef } from 'preact/hooks';
import { formatBytes } from '../parts/numbers.js';

/** How far something is that takes time, and a button that ends it. */
export function Progress({
  what,
  done,
  total,
  onCancel,
}: {
  what: string;
  /** Bytes; without them nobody knows how far it is. */
  done?: number;
  total?: number;
  onCancel: () => void;
}) {
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.scrollIntoView({ block: 'nearest' }), []);
  const isKnown = done !== undefined && total !== undefined && total > 0;
  return (
    <div class="progress" ref={box}>
      <label for={id}>{what} …</label>
      <progress id={id} {...(isKnown && { value: done / total, max: 1 })} />
      <span class="muted small">{isKnown && `${formatBytes(done)} of ${formatBytes(total)}`}</span>
      <button type="button" onClick={onCancel}>
        Cancel
      </button>
      <span class="unseen" role="status">
        {what}
      </span>
    </div>
  );
}
