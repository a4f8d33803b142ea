import type { Warning } from '../api-types.js';
import { warningWords } from './words.js';

/** A warning: its headline, and the message with the figures. */
export function WarningText({ warning }: { warning: Warning }) {
  return (
    <>
      <strong>{warningWords(warning)}.</strong> {warning.message}
    </>
  );
}
