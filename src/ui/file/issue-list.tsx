import { useState } from 'preact/hooks';
import { formatNumber } from '../../chart/number-words.js';
import type { Issues } from './issues.js';

/** Lines that cannot be used; nothing goes on until the reader agrees to leave them out. */
export function IssueList({
  issues,
  usable,
  action,
  onLeaveOut,
}: {
  issues: Issues;
  /** How many lines remain. */
  usable: number;
  /** What the button does, such as `Fit the others`. */
  action: string;
  onLeaveOut: () => void;
}) {
  const [agrees, setAgrees] = useState(false);
  const { count, first } = issues;
  const lines = `${formatNumber(count)} ${count === 1 ? 'line' : 'lines'}`;
  return (
    <div class="problem" role="alert">
      <p>
        <strong>{lines} cannot be used.</strong> Nothing was sent.
      </p>
      <ul>
        {first.map(({ line, message }) => (
          <li key={line}>
            Line {line}: {message}
          </li>
        ))}
        {count > first.length && <li>and {formatNumber(count - first.length)} more</li>}
      </ul>
      {usable === 0 ? (
        <p>No line can be used: is a column wrong?</p>
      ) : (
        <>
          <label class="choice">
            <input
              type="checkbox"
              checked={agrees}
              onChange={({ currentTarget }) => setAgrees(currentTarget.checked)}
            />
            Leave out {lines} of {formatNumber(count + usable)}
          </label>
          <button type="button" disabled={!agrees} onClick={onLeaveOut}>
            {action}
          </button>
        </>
      )}
    </div>
  );
}
