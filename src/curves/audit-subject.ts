import { Conflict, INVALID_INPUT, InvalidInput, type Violation } from '../calibration/errors.js';
import type { AuditDocument } from './audit-document.js';
import type { CurveIdentity } from './curve-identity.js';

/** The name and number of a curve. */
export type CurveNumber = Pick<CurveIdentity, 'rewardModel' | 'version'>;

/**
 * The curve that an audit is to be attached to: the one that the request names, or where it leaves something
 * out, the audit.
 *
 * @throws InvalidInput for a field that neither names; Conflict `audit-of-another-curve` for one that they
 *   name in two ways.
 */
export function auditedCurve(
  audit: AuditDocument,
  asked: { readonly rewardModel: string | undefined; readonly version: number | undefined },
): CurveNumber {
  const rewardModel = asked.rewardModel ?? audit.reward_model;
  const version = asked.version ?? audit.version;
  if (rewardModel === null || version === null)
    throw unnamed([rewardModel === null ? ['reward_model'] : [], version === null ? ['version'] : []].flat());
  const others: string[] = [];
  if ((audit.reward_model ?? rewardModel) !== rewardModel) others.push('reward_model');
  if ((audit.version ?? version) !== version) others.push('version');
  if (others.length > 0) throw ofAnotherCurve(nameOf(audit), others);
  return { rewardModel, version };
}

/**
 * Checks that an audit is of the fit whose name and number it has: a service without a store counts versions
 * anew.
 *
 * @throws Conflict `audit-of-another-curve`
 */
export function requireSameFit(audit: AuditDocument, { fittedAt }: Pick<CurveIdentity, 'fittedAt'>): void {
  const { fitted_at } = audit;
  if (fitted_at === null || fitted_at === fittedAt) return;
  throw ofAnotherCurve(`a curve that was fitted at ${fitted_at}, not at ${fittedAt}`, ['fitted_at']);
}

function unnamed(fields: readonly string[]): InvalidInput {
  const message = 'is named neither by the query string nor by the audit: say of which curve it is';
  return new InvalidInput(
    INVALID_INPUT,
    `"${fields.join('", "')}" ${message}`,
    fields.map((field): Violation => ({ path: [field], message })),
  );
}

function nameOf({ reward_model, version }: AuditDocument): string {
  const parts = [version === null ? [] : `version ${version}`, reward_model === null ? [] : reward_model];
  return `${parts.flat().join(' of ')}, not of the curve in the query string`;
}

function ofAnotherCurve(curve: string, fields: readonly string[]): Conflict {
  const message = `the audit is of ${curve}: attach it to its own curve, or POST /v1/verdict anew for this one`;
  return new Conflict(
    'audit-of-another-curve',
    message,
    fields.map((field) => ({ path: [field], message })),
  );
}
