import { NotFound } from '../calibration/errors.js';
import { countJointly, countJointlyIn, type JointCounts } from '../calibration/fit/joint-counts.js';
import type { VersionedCurve } from '../curves/curve-history.js';
import type { CurveName } from '../curves/curve-identity.js';
import type { CurveRegistry } from '../curves/registry.js';
import type { SampleWindow } from '../fitting/sample-window.js';
import type { SampleWindows } from '../fitting/sample-windows.js';
import { needCurve } from './choose-curve.js';

/** How many samples lie where. */
export interface SampleDensity {
  /** Of the curve; null where there is none. */
  readonly version: number | null;
  readonly characteristic: string;
  readonly counts: JointCounts;
}

/** The dependencies of {@link observedDensity}. */
export interface DensityDependencies {
  readonly registry: CurveRegistry;
  readonly windows: SampleWindows;
}

/** What is shown of a reward model without a curve, where it was observed. */
const USUAL_CHARACTERISTIC = 'chars';

/**
 * The density of the samples that a version was fitted to, by default the current one.
 *
 * @throws as `needCurve`; NotFound `no-density` for a curve that has none.
 */
export function fittedDensity(
  dependencies: Pick<DensityDependencies, 'registry'>,
  name: CurveName,
): SampleDensity {
  const { version, curves, jointCounts: counts } = needCurve(dependencies, name);
  if (counts !== undefined) return { version, characteristic: curves[0]?.characteristic ?? '', counts };
  const message =
    'this version does not say where its samples lay (curve documents of schema_version 1): fit anew';
  throw new NotFound('no-density', message, [{ path: ['version'], message }]);
}

/**
 * The density of the samples observed lately, by the first characteristic of a version of the curve, by
 * default the current one. In the bins of {@link fittedDensity}, to be compared with it, the outermost
 * widened to hold all; in quantile bins of its own where the curve has none, or where there is no curve.
 *
 * @throws NotFound `no-density` where nothing was observed, `unknown-version`; Unavailable
 *   `curve-unreadable`.
 */
export function observedDensity(
  { registry, windows }: DensityDependencies,
  { rewardModel, version }: CurveName,
): SampleDensity {
  const curve = registry.find(rewardModel, version);
  const window = windows.get(rewardModel);
  const characteristic = characteristicOf(curve, window);
  const { rewards, characteristics } = window?.select([characteristic]) ?? NOTHING;
  const values = characteristics.get(characteristic);
  if (values === undefined || values.length === 0) throw nothingObserved(characteristic);
  const bins = curve?.jointCounts;
  const counts = bins ? countJointlyIn(bins, values, rewards) : countJointly(values, rewards);
  return { version: curve?.version ?? null, characteristic, counts };
}

const NOTHING: ReturnType<SampleWindow['select']> = {
  rewards: new Float64Array(),
  characteristics: new Map(),
};

function characteristicOf(curve: VersionedCurve | undefined, window: SampleWindow | undefined): string {
  if (curve !== undefined) return curve.curves[0]?.characteristic ?? '';
  const [first = USUAL_CHARACTERISTIC, ...others] = window?.characteristics ?? [];
  return others.includes(USUAL_CHARACTERISTIC) ? USUAL_CHARACTERISTIC : first;
}

function nothingObserved(characteristic: string): NotFound {
  const message = `no sample with "${characteristic}" was observed of this reward model: POST /v1/calibrate with "observe": true first`;
  return new NotFound('no-density', message, [{ path: ['reward_model'], message }]);
}
