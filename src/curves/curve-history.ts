import { isDeepStrictEqual } from 'node:util';
import type { BiasCurve } from '../calibration/curve/bias-curve.js';
import { Conflict, NotFound } from '../calibration/errors.js';
import type { FitDiagnostics } from '../calibration/fit/diagnostics.js';
import type { FitSettings } from '../calibration/fit/fit-settings.js';
import type { JointCounts } from '../calibration/fit/joint-counts.js';
import type { RobustScale } from '../calibration/statistics/robust-scale.js';
import type { AuditDocument } from './audit-document.js';
import type { CurveIdentity } from './curve-identity.js';

/** A fitted calibration of one reward model, before it has a version. */
export interface FittedCurve {
  readonly rewardModel: string;
  /** ISO 8601, UTC. */
  readonly fittedAt: string;
  /** As requested: what `auto` chose is in the curves and the diagnostics. */
  readonly settings: FitSettings;
  /** How many samples were fitted. */
  readonly samples: number;
  /** One per characteristic, in the order in which they are removed. */
  readonly curves: readonly BiasCurve[];
  /**
   * Of the calibrated rewards of the fitted samples; undefined in curves that do not say: from elsewhere, or
   * of another strength than their fit's.
   */
  readonly rewardScale?: RobustScale | undefined;
  /** Of the first characteristic and the raw reward; undefined in curves of services that did not count. */
  readonly jointCounts?: JointCounts | undefined;
  readonly diagnostics: FitDiagnostics & { readonly fitSeconds: number };
}

/** A fitted calibration under the number by which callers pin it. */
export interface VersionedCurve extends FittedCurve {
  readonly version: number;
  /** The verdict of labels on this curve, which names its {@link CurveIdentity}; null without one. */
  readonly audit: AuditDocument | null;
}

/**
 * The versions of one reward model: an immutable value. Versions count up and are never given twice,
 * not even after the curves were deleted: a trainer that pinned version 3 gets that curve or an
 * error, never another curve.
 */
export interface CurveHistory {
  readonly rewardModel: string;
  readonly nextVersion: number;
  /** The version that calibrates when none is named; null when there is none. */
  readonly current: number | null;
  /** Ascending by version. */
  readonly versions: readonly VersionedCurve[];
}

/** The highest number that a version may have: fifteen digits, which a double holds exactly. */
export const LAST_VERSION = 999_999_999_999_998;

/** The history of a reward model that was never fitted. */
export function emptyHistory(rewardModel: string): CurveHistory {
  return { rewardModel, nextVersion: 1, current: null, versions: [] };
}

/**
 * The history with a new, now current version; the latest `keep - 1` of the older ones stay.
 *
 * @param audit of the same curve, under whatever name and number it had; null without one.
 * @throws Conflict `no-version-left`
 */
export function withVersion(
  history: CurveHistory,
  curve: FittedCurve,
  keep: number,
  audit: AuditDocument | null = null,
): CurveHistory {
  const version = history.nextVersion;
  if (version > LAST_VERSION)
    throw new Conflict(
      'no-version-left',
      `the versions of this reward model are numbered up to the last one, ${LAST_VERSION}`,
    );
  const added = { ...curve, version, audit: auditOf({ ...curve, version }, audit) };
  const versions = [...history.versions, added].slice(-keep);
  return { ...history, nextVersion: version + 1, current: version, versions };
}

/**
 * The history with an earlier version made current again; no version is lost. Without `version`: the
 * one before the current one.
 *
 * @throws NotFound `unknown-version`; Conflict `no-earlier-version` when there is none to go back to.
 */
export function rolledBack(history: CurveHistory, version: number | undefined): CurveHistory {
  if (version !== undefined) return { ...history, current: findVersion(history, version).version };
  const earlier = history.versions.findLast((curve) => curve.version < (history.current ?? 0));
  if (earlier === undefined) {
    throw new Conflict('no-earlier-version', 'there is no version before the current one to roll back to');
  }
  return { ...history, current: earlier.version };
}

/**
 * The history without one version.
 *
 * @throws NotFound `unknown-version`; Conflict `version-in-use` for the current one, which
 *   is in use for calibration.
 */
export function withoutVersion(history: CurveHistory, version: number): CurveHistory {
  findVersion(history, version);
  if (version === history.current) {
    throw new Conflict(
      'version-in-use',
      `version ${version} is the current one: roll back first, or delete the reward model's curves altogether`,
    );
  }
  return { ...history, versions: history.versions.filter((curve) => curve.version !== version) };
}

/**
 * The history with another audit of a version, or with null without one; the same history where that is what
 * it has.
 *
 * @throws NotFound `unknown-version`
 */
export function withAudit(history: CurveHistory, version: number, audit: AuditDocument | null): CurveHistory {
  const audited = findVersion(history, version);
  const attached = auditOf(audited, audit);
  if (isDeepStrictEqual(audited.audit, attached)) return history;
  return {
    ...history,
    versions: history.versions.map((curve) =>
      curve.version === version ? { ...curve, audit: attached } : curve,
    ),
  };
}

/** An audit that names the curve that has it. */
function auditOf(
  { rewardModel, version, fittedAt }: CurveIdentity,
  audit: AuditDocument | null,
): AuditDocument | null {
  return audit && { ...audit, reward_model: rewardModel, version, fitted_at: fittedAt };
}

/** The history without any curve; the numbering goes on. */
export function cleared(history: CurveHistory): CurveHistory {
  return { ...history, current: null, versions: [] };
}

/** The current curve, or undefined when there is none. */
export function currentCurve(history: CurveHistory): VersionedCurve | undefined {
  return history.versions.find((curve) => curve.version === history.current);
}

/** @throws NotFound `unknown-version` */
export function findVersion(history: CurveHistory, version: number): VersionedCurve {
  const found = history.versions.find((curve) => curve.version === version);
  if (found) return found;
  const known = history.versions.map((curve) => curve.version).join(', ') || 'none';
  const message = `version ${version} is not kept (kept: ${known})`;
  throw new NotFound('unknown-version', message, [{ path: ['version'], message }]);
}
