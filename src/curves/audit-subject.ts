import { Conflict, INVALID_INPUT, InvalidInput, type Violation } from '../calibration/errors.js';
import type { AuditDocument } from './audit-document.js';

/** The curve that an audit is to be attached to. */
export interface CurveId {
  readonly rewardModel: string;
  readonly version: number;
}

/**
 * The curve that the request names, or where it leaves something out, the audit.
 *
 * @throws InvalidInput for a field that neither names; Conflict `audit-of-another-curve` for one that both name
 *   in two ways.
 */
export function subjectOf(
  audit: AuditDocument,
  asked: { readonly rewardModel: string | undefined; readonly version: number | undefined },
): CurveId {
  const rewardModel = asked.rewardModel ?? audit.reward_model;
  const version = asked.version ?? audit.version;
  if (rewardModel === null || version === null)
    throw unnamed([rewardModel === null ? ['reward_model'] : [], version === null ? ['version'] : []].flat());
  const others: string[] = [];
  if ((audit.reward_model ?? rewardModel) !== rewardModel) others.push('reward_model');
  if ((audit.version ?? version) !== version) others.push('version');
  if (others.length > 0) throw ofAnotherCurve(audit, others);
  return { rewardModel, version };
}

function unnamed(fields: readonly string[]): InvalidInput {
  const message = 'is named neither by the query string nor by the audit: say of which curve it is';
  return new InvalidInput(
    INVALID_INPUT,
    `"${fields.join('", "')}" ${message}`,
    fields.map((field): Violation => ({ path: [field], message })),
  );
}

function ofAnotherCurve({ reward_model, version }: AuditDocument, fields: readonly string[]): Conflict {
  const curve = [version === null ? [] : `version ${version}`, reward_model === null ? [] : reward_model];
  const message = `the audit is of ${curve.flat().join(' of ')}, not of the curve in the query string: leave the query out to attach it there, or POST /v1/verdict anew for this curve`;
  return new Conflict(
    'audit-of-another-curve',
    message,
    fields.map((field) => ({ path: [field], message })),
  );
}
