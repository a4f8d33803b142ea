import { firstNotFinite } from '../calibration/curve/calibrate.js';
import { type Combination, combine, standardise } from '../calibration/curve/ensemble.js';
import { brokenRule, Conflict } from '../calibration/errors.js';
import type { SampleRow } from '../calibration/samples/samples.js';
import type { RobustScale } from '../calibration/statistics/robust-scale.js';
import type { VersionedCurve } from '../curves/curve-history.js';
import {
  type CheckedCalibration,
  checkedCalibration,
  type KeepingDependencies,
  keep,
  namesToMeasure,
} from './calibrate-samples.js';
import { chooseCurve } from './choose-curve.js';
import { measureAhead } from './measure-ahead.js';

/** Samples that several reward models scored, and how to combine their rewards; every default filled in. */
export interface EnsembleRequest {
  /** Each with a reward of every reward model, by name; the same ones in every row. */
  readonly samples: readonly (Omit<SampleRow, 'reward'> & {
    readonly rewards: Readonly<Record<string, number>>;
  })[];
  readonly combine: Combination;
  readonly lambda: number;
  /** Pinned versions, by reward model. */
  readonly versions: Readonly<Record<string, number>>;
  readonly observe: boolean;
}

/** Combined rewards, in robust standard deviations, in the order of the samples. */
export interface CalibratedEnsemble {
  readonly rewards: number[];
  /** The version that calibrated and the standardised rewards of each reward model. */
  readonly members: readonly {
    readonly name: string;
    readonly version: number;
    readonly rewards: Float64Array;
  }[];
  /** The samples outside the fitted range of some reward model, ascending. */
  readonly extrapolated: number[];
}

/** A reward model of the ensemble: its curve, and what puts its rewards on a common scale. */
interface Member {
  readonly name: string;
  readonly curve: VersionedCurve;
  readonly scale: RobustScale;
}

/**
 * Calibrates the rewards of several reward models, each on its own curve, puts them on a common scale and combines them. Nothing is
 * kept or counted before all of it is computed and checked.
 *
 * @throws Conflict `no-curve`, or `no-scale` where a curve does not say how its rewards spread or they do not; NotFound; as
 *   {@link checkedCalibration}.
 */
export async function calibrateEnsemble(
  dependencies: KeepingDependencies,
  request: EnsembleRequest,
): Promise<CalibratedEnsemble> {
  const names = Object.keys(request.samples[0]?.rewards ?? {});
  const members = names.map((name) => memberOf(dependencies, name, request));
  const calibrated: CalibratedMember[] = [];
  for (const member of members) calibrated.push(await calibrateMember(member, request));
  const rewards = combine(
    calibrated.map(({ standardised }) => standardised),
    request.combine,
    request.lambda,
  );
  refuseNotFinite(rewards);
  const { observe } = request;
  for (const { member, calibration } of calibrated)
    keep(dependencies, calibration, { rewardModel: member.name, observe });
  dependencies.metrics.batch(rewards.length);
  const extrapolated = new Set(calibrated.flatMap(({ calibration }) => calibration.extrapolated));
  return {
    rewards,
    members: calibrated.map(({ member, standardised }) => ({
      name: member.name,
      version: member.curve.version,
      rewards: standardised,
    })),
    extrapolated: [...extrapolated].sort((a, b) => a - b),
  };
}

/** A reward model's calibration of the samples, and the same on the common scale. */
interface CalibratedMember {
  readonly member: Member;
  readonly calibration: CheckedCalibration;
  readonly standardised: Float64Array;
}

async function calibrateMember(
  member: Member,
  { samples, observe }: EnsembleRequest,
): Promise<CalibratedMember> {
  const { name, curve, scale } = member;
  const options = { observe, keepMean: false };
  const rows = samples.map(({ rewards, ...row }) => ({ ...row, reward: rewards[name] ?? Number.NaN }));
  const measurable = await measureAhead({ rows }, () => namesToMeasure(curve, { rows }, options));
  const calibration = checkedCalibration(curve, measurable, options);
  return { member, calibration, standardised: standardise(calibration.rewards, scale) };
}

function memberOf(dependencies: KeepingDependencies, name: string, { versions }: EnsembleRequest): Member {
  const curve = chooseCurve(dependencies, {
    rewardModel: name,
    version: versions[name],
    onMissingCurve: 'passthrough',
  });
  if (curve === undefined) throw noCurve(name);
  const scale = curve.rewardScale;
  if (scale === undefined || scale.scale === 0) throw noScale(name);
  return { name, curve, scale };
}

function noCurve(name: string): Conflict {
  const message = 'no curve was fitted for this reward model of the ensemble: POST /v1/fit first';
  return new Conflict('no-curve', message, [{ path: ['samples', 0, 'rewards', name], message }]);
}

function noScale(name: string): Conflict {
  const message =
    'the curve of this reward model does not say how its rewards spread, or they do not: fit it anew';
  return new Conflict('no-scale', message, [{ path: ['samples', 0, 'rewards', name], message }]);
}

function refuseNotFinite(rewards: readonly number[]): void {
  const broken = firstNotFinite(rewards);
  if (broken < 0) return;
  const message = 'are so large that their combination is not a finite number';
  throw brokenRule(['samples', broken, 'rewards'], message);
}
