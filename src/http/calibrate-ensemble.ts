import { firstNotFinite } from '../calibration/calibrate.js';
import { isBuiltIn } from '../calibration/characteristics.js';
import { combine, DEFAULT_LAMBDA, standardise } from '../calibration/ensemble.js';
import { Conflict, InvalidInput } from '../calibration/errors.js';
import type { RobustScale } from '../calibration/robust-scale.js';
import type { SampleRow } from '../calibration/samples.js';
import type { VersionedCurve } from '../curves/curve-history.js';
import {
  type CalibrateOptions,
  type CheckedCalibration,
  checkedCalibration,
  chooseCurve,
  keep,
  namesToMeasure,
} from './calibrate-batch.js';
import { measureInSlices } from './measure-ahead.js';
import type { EnsembleAnswer, EnsembleBody } from './schemas/ensemble.js';
import type { Services } from './services.js';
import { ROW_STEPS, SLICE, Slices } from './slices.js';

/** A reward model of the ensemble: its curve, and what puts its rewards on a common scale. */
interface Member {
  readonly name: string;
  readonly options: CalibrateOptions;
  readonly curve: VersionedCurve;
  readonly scale: RobustScale;
}

/**
 * Calibrates the rewards of several reward models, each on its own curve, puts them on a common scale and combines them, in slices.
 * Nothing is kept or counted before all of it is computed and checked.
 *
 * @throws InvalidInput `too-many-samples` where there are more rewards than one request may have; Conflict `no-curve`, or `no-scale`
 *   where a curve does not say how its rewards spread or they do not; NotFound; as {@link checkedCalibration}.
 */
export async function calibrateEnsemble(services: Services, body: EnsembleBody): Promise<EnsembleAnswer> {
  const names = Object.keys(body.samples[0]?.rewards ?? {});
  checkRewards(body.samples.length, names.length, services.limits.maxBatch);
  const members = names.map((name) => memberOf(services, name, body));
  const slices = new Slices();
  const texts = new MeasuredTexts(body, slices);
  const extrapolated = new Set<number>();
  const calibrations: CheckedCalibration[] = [];
  const columns: Float64Array[] = [];
  for (const member of members) {
    const calibration = calibrateMember(member, body, await texts.measuredFor(member));
    for (const i of calibration.extrapolated) extrapolated.add(i);
    calibrations.push(calibration);
    columns.push(standardise(calibration.rewards, member.scale));
    const turn = slices.done(body.samples.length * ROW_STEPS);
    if (turn) await turn;
  }
  const rewards = await combineInSlices(columns, body, slices);
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

/** Every reward is calibrated, so that is what the limit counts. */
function checkRewards(samples: number, rewardModels: number, limit: number): void {
  if (samples * rewardModels <= limit) return;
  const message = `${samples} samples with ${rewardModels} rewards each are more than this service takes at once: ${limit} rewards (MAX_BATCH)`;
  throw new InvalidInput(message, [{ path: ['samples'], message }], 'too-many-samples');
}

/** The samples with what their text measures, once for all the reward models whose curves need the same of it. */
class MeasuredTexts {
  readonly #rows: readonly SampleRow[];
  readonly #slices: Slices;
  readonly #measured = new Map<string, readonly SampleRow[]>();

  constructor({ samples }: EnsembleBody, slices: Slices) {
    this.#rows = samples.map(({ rewards: _, ...row }) => ({ ...row, reward: Number.NaN }));
    this.#slices = slices;
  }

  /** Rows whose reward is yet to be filled in. */
  async measuredFor({ curve, options }: Member): Promise<readonly SampleRow[]> {
    const names = namesToMeasure(curve, { rows: this.#rows }, options).filter(isBuiltIn).sort();
    const key = names.join();
    const measured = this.#measured.get(key) ?? (await measureInSlices(this.#rows, names, this.#slices));
    this.#measured.set(key, measured);
    return measured;
  }
}

function calibrateMember(
  { name, options, curve }: Member,
  { samples }: EnsembleBody,
  measured: readonly SampleRow[],
): CheckedCalibration {
  const rows = measured.map(({ response, characteristics }, i) => ({
    response,
    characteristics,
    reward: samples[i]?.rewards[name] ?? Number.NaN,
  }));
  return checkedCalibration(curve, { rows }, options);
}

function memberOf(services: Services, name: string, { versions, observe }: EnsembleBody): Member {
  const options: CalibrateOptions = {
    rewardModel: name,
    version: versions?.[name],
    keepMean: false,
    observe: observe ?? false,
    onMissingCurve: 'passthrough',
    includeBiases: false,
  };
  const curve = chooseCurve(services, options);
  if (curve === undefined) throw noCurve(name);
  const scale = curve.rewardScale;
  if (scale === undefined || scale.scale === 0) throw noScale(name);
  return { name, options, curve, scale };
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

/** Rewards that are combined in one go. */
const TOGETHER = 65_536;

async function combineInSlices(
  columns: readonly Float64Array[],
  { combine: how, lambda = DEFAULT_LAMBDA, samples }: EnsembleBody,
  slices: Slices,
): Promise<number[]> {
  const rewards: number[] = [];
  const rows = Math.ceil(TOGETHER / columns.length);
  for (let from = 0; from < samples.length; from += rows) {
    const part = columns.map((column) => column.subarray(from, from + rows));
    for (const reward of combine(part, how, lambda)) rewards.push(reward);
    const turn = slices.done(SLICE);
    if (turn) await turn;
  }
  return rewards;
}

function refuseNotFinite(rewards: readonly number[]): void {
  const broken = firstNotFinite(rewards);
  if (broken < 0) return;
  const message = 'are so large that their combination is not a finite number';
  throw new InvalidInput(message, [{ path: ['samples', broken, 'rewards'], message }]);
}
