import { judge } from '../../calibration/audit/audit-verdict.js';
import { auditPairs } from '../../calibration/evaluation/audit-pairs.js';
import { blaming, placing } from '../../calibration/fit/finite.js';
import type { BetaDistribution } from '../../calibration/statistics/beta.js';
import { type Audit, type AuditDocument, subjectOf, toAuditDocument } from '../../curves/audit-document.js';
import { calibrateLabelledPairs } from '../labelled-pairs/calibrate-labelled-pairs.js';
import { inPairs } from '../labelled-pairs/pair-places.js';
import type { LabelledRequest } from '../labelled-pairs/read-labelled-pairs.js';

/** What labels say, of which pool, and of which curve: plain data, for the worker. */
export type CountedLabels = Pick<Audit, 'subject' | 'evidence' | 'pool'>;

/** Labels that are counted already, or labelled pairs. */
export type VerdictRequest = { readonly counted: CountedLabels } | { readonly labelled: LabelledRequest };

/**
 * The verdict of labels, in the thread that calls it.
 *
 * @param distribution see `loadBeta`.
 * @throws InvalidInput as the fit, or where a reward is not finite at full strength.
 */
export function finishVerdict(request: VerdictRequest, distribution: BetaDistribution): AuditDocument {
  if ('labelled' in request) return judgeLabelled(request.labelled, distribution);
  const { evidence, pool } = request.counted;
  const verdict = judge(evidence, pool, distribution);
  return toAuditDocument({ ...request.counted, verdict, strengthEstimate: null });
}

function judgeLabelled(request: LabelledRequest, distribution: BetaDistribution): AuditDocument {
  const { pairs, places } = request;
  const { curve, calibrated, diagnostics } = calibrateLabelledPairs(request, distribution);
  const audit = placing(inPairs(places, pairs), () =>
    blaming(pairs.samples, () => auditPairs(pairs, calibrated.curves, calibrated.unsupported)),
  );
  const judged = judge(audit.evidence, audit.pool, distribution);
  const verdict = { ...judged, warnings: [...judged.warnings, ...diagnostics.warnings] };
  return toAuditDocument({ subject: subjectOf(curve, 'pairs'), ...audit, verdict });
}
