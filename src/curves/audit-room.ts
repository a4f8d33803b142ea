import { brokenRule } from '../calibration/errors.js';
import type { CurveHistory } from './curve-history.js';
import { MAX_DOCUMENT_BYTES } from './document-schema.js';

/** UTF-8 bytes of the audits of a reward model: half of the largest head that a store reads. */
const MAX_AUDIT_BYTES = MAX_DOCUMENT_BYTES / 2;

/**
 * Checks that the audits of a reward model can be read back. Its versions have one each, of about 6 KB.
 *
 * @throws InvalidInput
 */
export function requireRoomForAudits(history: CurveHistory, most = MAX_AUDIT_BYTES): void {
  const bytes = auditBytes(history);
  if (bytes <= most) return;
  throw brokenRule(
    [],
    `the audits of this reward model would take ${bytes} bytes, at most ${most} are possible: take those of older versions off`,
  );
}

/** UTF-8 bytes that the audits of a reward model take as JSON. */
export function auditBytes({ versions }: CurveHistory): number {
  return versions.reduce(
    (sum, { audit }) => sum + (audit === null ? 0 : Buffer.byteLength(JSON.stringify(audit))),
    0,
  );
}
