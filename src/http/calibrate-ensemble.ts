import { firstNotFinite } from '../calibration/calibrate.js';
import { combine, DEFAULT_LAMBDA, standardise } from '../calibration/ensemble.js';
import { Conflict, InvalidInput } from '../calibration/errors.js';
import type { RobustScale } from '../calibration/robust-scale.js';
import type { VersionedCurve } from '../curves/curve-history.js';
import {
  type CalibrateOptions,
  type CheckedCalibration,
  checkedCalibration,
  chooseCurve,
  keep,
  namesToMeasure,
} from './calibrate-batch.js';
import { measureAhead } from './measure-ahead.js';
import type { EnsembleAnswer, EnsembleBody } from './schemas/ensemble.js';
import type { Services } from './services.js';

/** A reward model of the ensemble: its curve, and what puts its rewards on a common scale. */
interface Member {
  readonly name: string;
  readonly options: CalibrateOptions;
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
export async function calibrateEnsemble(services: Services, body: EnsembleBody): Promise<EnsembleAnswer> {
  const members = Object.keys(body.samples[0]?.rewards ?? {}).map((name) => memberOf(services, name, body));
  const extrapolated = new Set<number>();
  const calibrations: CheckedCalibration[] = [];
  const columns: Float64Array[] = [];
  for (const member of members) {
    const calibration = await calibrateMember(member, body);
    for (const i of calibration.extrapolated) extrapolated.add(i);
    calibrations.push(calibration);
    columns.push(standardise(calibration.rewards, member.scale));
  }
  const rewards = combine(columns, body.combine, body.lambda ?? DEFAULT_LAMBDA);
  refuseNotFinite(rewards);
  for (const [m, calibration] of calibrations.entries()) {
    const { options } = members[m] ?? {};
    if (options) keep(services, calibration, options);
  }
  services.metrics.batch(rewards.length);
  return {
    combine: body.combine,
    versions: Object.fromEntries(members.map(({ name, curve }) => [name, curve.version])),
    rewards,
    ...(body.include?.includes('members') && {
      members: Object.fromEntries(members.map(({ name }, m) => [name, Array.from(columns[m] ?? [])])),
    }),
    extrapolated: [...extrapolated].sort((a, b) => a - b),
  };
}

async function calibrateMember(
  { name, options, curve }: Member,
  { samples }: EnsembleBody,
): Promise<CheckedCalibration> {
  const rows = samples.map(({ rewards, ...row }) => ({ ...row, reward: rewards[name] ?? Number.NaN }));
  const measurable = await measureAhead({ rows }, () => namesToMeasure(curve, { rows }, options));
  return checkedCalibration(curve, measurable, options);
}

function memberOf(services: Services, name: string, { versions, observe }: EnsembleBody): Member {
  const options: CalibrateOptions = {
    rewardModel: name,
    version: versions?.[name],
    keepMean: false,
    observe: observe ?? false,
    onMissingCurve: 'error',
    includeBiases: false,
  };
  const curve = chooseCurve(services, options);
  const scale = curve?.rewardScale;
  if (curve === undefined || scale === undefined || scale.scale === 0) throw noScale(name);
  return { name, options, curve, scale };
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
  throw new InvalidInput(message, [{ path: ['samples', broken, 'rewards'], message }]);
}
