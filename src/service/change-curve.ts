import type { AuditDocument } from '../curves/audit-document.js';
import { type CurveNumber, requireSameFit } from '../curves/audit-subject.js';
import type { VersionedCurve } from '../curves/curve-history.js';
import type { StoringDependencies } from './fit-and-store.js';

type ChangingDependencies = Pick<StoringDependencies, 'registry' | 'metrics'>;

/**
 * Attaches an audit to a version, or with null takes off the one that it has. The metrics show that of the
 * current one.
 *
 * @throws Conflict `audit-of-another-curve` for one of another fit; as the registry's `attachAudit`.
 */
export async function attachAudit(
  { registry, metrics }: ChangingDependencies,
  { rewardModel, version }: CurveNumber,
  audit: AuditDocument | null,
): Promise<VersionedCurve> {
  if (audit) requireSameFit(audit, registry.version(rewardModel, version));
  const curve = await registry.attachAudit(rewardModel, version, audit);
  const current = registry.current(rewardModel);
  if (current) metrics.current(current);
  return curve;
}

/**
 * Makes a version with another α the new current one.
 *
 * @throws as the registry's `changeStrength`.
 */
export async function changeStrength(
  { registry, metrics }: ChangingDependencies,
  { rewardModel, version }: { readonly rewardModel: string; readonly version: number | undefined },
  alpha: number,
): Promise<VersionedCurve> {
  const curve = await registry.changeStrength(rewardModel, version, alpha);
  metrics.current(curve);
  return curve;
}
