import type { Logger } from 'pino';
import type { AuditDocument } from '../curves/audit-document.js';
import { type CurveNumber, requireSameFit } from '../curves/audit-subject.js';
import type { FittedCurve, VersionedCurve } from '../curves/curve-history.js';
import type { CurveName } from '../curves/curve-identity.js';
import type { StoringDependencies } from './fit-and-store.js';

type ChangingDependencies = Pick<StoringDependencies, 'registry' | 'metrics'>;

/** Where changes of curves are said: the cause of other rewards is found here. */
export type ChangeLog = Pick<Logger, 'info'>;

/**
 * Imports a curve as the new current version, with its audit if it has one.
 *
 * @throws Conflict `audit-of-another-curve` for one of another fit; as the registry's `import`.
 */
export async function importCurve(
  { registry, metrics }: ChangingDependencies,
  imported: FittedCurve,
  audit: AuditDocument | null,
  log: ChangeLog,
): Promise<VersionedCurve> {
  if (audit) requireSameFit(audit, imported);
  const curve = await registry.import(imported, audit);
  return madeCurrent(metrics, curve, log, 'curve imported');
}

/**
 * Makes an earlier version the current one again, by default the one numbered before it.
 *
 * @throws as the registry's `rollBack`.
 */
export async function rollBack(
  { registry, metrics }: ChangingDependencies,
  { rewardModel, version }: CurveName,
  log: ChangeLog,
): Promise<VersionedCurve> {
  const curve = await registry.rollBack(rewardModel, version);
  return madeCurrent(metrics, curve, log, 'curve rolled back');
}

/**
 * Makes a version, by default the current one, with another α the new current one.
 *
 * @throws as the registry's `changeStrength`.
 */
export async function changeStrength(
  { registry, metrics }: ChangingDependencies,
  { rewardModel, version }: CurveName,
  alpha: number,
  log: ChangeLog,
): Promise<VersionedCurve> {
  const curve = await registry.changeStrength(rewardModel, version, alpha);
  return madeCurrent(metrics, curve, log, 'strength changed');
}

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
  log: ChangeLog,
): Promise<VersionedCurve> {
  if (audit) requireSameFit(audit, registry.version(rewardModel, version));
  const curve = await registry.attachAudit(rewardModel, version, audit);
  const current = registry.current(rewardModel);
  if (current) metrics.current(current);
  if (audit) log.info({ rewardModel, version, code: audit.verdict.code }, 'audit attached');
  else log.info({ rewardModel, version }, 'audit taken off');
  return curve;
}

/**
 * Deletes one version, or all that is known of a reward model, which may be observed samples alone.
 *
 * @throws as the registry's `delete`.
 * @returns the numbers that are gone.
 */
export async function deleteCurves(
  { registry, windows, metrics }: StoringDependencies,
  { rewardModel, version }: CurveName,
  log: ChangeLog,
): Promise<readonly number[]> {
  const isOnlyObserved =
    version === undefined &&
    windows.get(rewardModel) !== undefined &&
    registry.isReadable(rewardModel) &&
    registry.current(rewardModel) === undefined;
  const deleted = isOnlyObserved ? [] : await registry.delete(rewardModel, version);
  if (version === undefined) {
    windows.forget(rewardModel);
    metrics.forget(rewardModel);
    metrics.unreadable(registry.listUnreadable().length);
  }
  log.info({ rewardModel, deleted }, 'curves deleted');
  return deleted;
}

function madeCurrent(
  metrics: ChangingDependencies['metrics'],
  curve: VersionedCurve,
  log: ChangeLog,
  what: string,
): VersionedCurve {
  metrics.current(curve);
  const { rewardModel, version, curves } = curve;
  const alphas = [...new Set(curves.map(({ alpha }) => alpha))];
  log.info({ rewardModel, version, alphas }, what);
  return curve;
}
