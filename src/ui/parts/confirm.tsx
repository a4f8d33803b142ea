import type { ComponentChildren } from 'preact';
import { Dialog } from './dialog.js';
import { Problem } from './problem.js';
import { useAction } from './use-action.js';

/** Asks before something is changed; closes itself once that is done. */
export function Confirm({
  title,
  action,
  isDanger = false,
  act,
  onClose,
  children,
}: {
  title: string;
  /** What the button says. */
  action: string;
  isDanger?: boolean;
  act: () => Promise<unknown>;
  onClose: () => void;
  children: ComponentChildren;
}) {
  const { run, isRunning, error } = useAction(() => act().then(onClose));
  return (
    <Dialog title={title} onClose={onClose}>
      {children}
      <Problem error={error} />
      <div class="buttons">
        <button
          type="button"
          class={isDanger ? 'danger' : 'primary'}
          disabled={isRunning}
          onClick={() => run()}
        >
          {action}
        </button>
        <button type="button" onClick={onClose}>
          Cancel
        </button>
      </div>
    </Dialog>
  );
}
