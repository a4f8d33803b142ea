import { refuseNotFinite } from '../calibration/curve/calibrate.js';
import { type Combination, combine, standardise } from '../calibration/curve/ensemble.js';
import { brokenRule, Conflict } from '../calibration/errors.js';
import { isBuiltIn } from '../calibration/samples/characteristics.js';
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
import { measureInSlices } from './measure-ahead.js';
import { ROW_STEPS, SLICE, Slices } from './slices.js';

/** Samples that several reward models scored, and how to combine their rewards; every default filled in. */
export interface EnsembleRequest {
  /** Each has a reward of every reward model, by name; every row has the same names. */
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
  /** The curve that calibrated and the standardised rewards of each reward model. */
  readonly members: readonly {
    readonly name: string;
    readonly curve: VersionedCurve;
    readonly rewards: Float64Array;
  }[];
  /** The samples outside the fitted range of some reward model, ascending. */
  readonly extrapolated: number[];
}

/** The dependencies of an ensemble's calibration. */
export interface EnsembleDependencies extends KeepingDependencies {
  readonly limits: { readonly maxBatch: number };
}

/** A reward model of the ensemble: its curve, and the scale of its rewards. */
interface Member {
  readonly name: string;
  readonly curve: VersionedCurve;
  readonly scale: RobustScale;
}

/**
 * Calibrates the rewards of several reward models, each on its own curve, puts them on a common scale and
 * combines them, in slices. Everything is computed and checked before anything is kept or counted.
 *
 * @throws InvalidInput `too-many-samples` where there are more rewards than one request may have; Conflict
 *   `no-curve`, or `no-scale` where a curve has no scale of its rewards or a scale of zero; NotFound; as
 *   {@link checkedCalibration}.
 */
export async function calibrateEnsemble(
  dependencies: EnsembleDependencies,
  request: EnsembleRequest,
): Promise<CalibratedEnsemble> {
  const { samples, observe } = request;
  const names = Object.keys(samples[0]?.rewards ?? {});
  checkRewards(samples.length, names.length, dependencies.limits.maxBatch);
  const members = names.map((name) => memberOf(dependencies, name, request));
  const slices = new Slices();
  const texts = new MeasuredTexts(request, slices);
  const calibrated: CalibratedMember[] = [];
  for (const member of members) {
    calibrated.push(calibrateMember(member, request, await texts.measuredFor(member)));
    const turn = slices.done(samples.length * ROW_STEPS);
    if (turn) await turn;
  }
  const rewards = await combineInSlices(
    calibrated.map(({ standardised }) => standardised),
    request,
    slices,
  );
  const rule = 'are so large that their combination is not a finite number';
  refuseNotFinite(rewards, (sample) => ['samples', sample, 'rewards'], rule);
  for (const { member, calibration } of calibrated) {
    keep(dependencies, calibration, { rewardModel: member.name, observe });
    dependencies.metrics.requested(member.name, member.curve.version);
  }
  dependencies.metrics.batch(rewards.length);
  return { rewards, members: calibrated.map(toShown), extrapolated: extrapolatedOf(calibrated) };
}

/** A reward model's calibration of the samples, and its rewards on the common scale. */
interface CalibratedMember {
  readonly member: Member;
  readonly calibration: CheckedCalibration;
  readonly standardised: Float64Array;
}

function toShown({ member, standardised }: CalibratedMember): CalibratedEnsemble['members'][number] {
  return { name: member.name, curve: member.curve, rewards: standardised };
}

function extrapolatedOf(calibrated: readonly CalibratedMember[]): number[] {
  const extrapolated = new Set<number>();
  for (const { calibration } of calibrated) for (const i of calibration.extrapolated) extrapolated.add(i);
  return [...extrapolated].sort((a, b) => a - b);
}

/** The limit counts rewards, since each of them is calibrated. */
function checkRewards(samples: number, rewardModels: number, limit: number): void {
  if (samples * rewardModels <= limit) return;
  const message = `${samples} samples with ${rewardModels} rewards each are more than this service takes at once: ${limit} rewards (MAX_BATCH)`;
  throw brokenRule(['samples'], message, 'too-many-samples');
}

/** The samples with their measured texts, measured once for all reward models whose curves need the same. */
class MeasuredTexts {
  readonly #rows: readonly SampleRow[];
  readonly #observe: boolean;
  readonly #slices: Slices;
  readonly #measured = new Map<string, readonly SampleRow[]>();

  constructor({ samples, observe }: EnsembleRequest, slices: Slices) {
    this.#rows = samples.map(({ rewards: _, ...row }) => ({ ...row, reward: Number.NaN }));
    this.#observe = observe;
    this.#slices = slices;
  }

  /** Rows whose reward is yet to be filled in. */
  async measuredFor({ curve }: Member): Promise<readonly SampleRow[]> {
    const options = { observe: this.#observe };
    const names = namesToMeasure(curve, { rows: this.#rows }, options).filter(isBuiltIn).sort();
    const key = names.join();
    const measured = this.#measured.get(key) ?? (await measureInSlices(this.#rows, names, this.#slices));
    this.#measured.set(key, measured);
    return measured;
  }
}

function calibrateMember(
  member: Member,
  { samples, observe }: EnsembleRequest,
  measured: readonly SampleRow[],
): CalibratedMember {
  const { name, curve, scale } = member;
  const rows = measured.map(({ response, characteristics }, i) => ({
    response,
    characteristics,
    reward: samples[i]?.rewards[name] ?? Number.NaN,
  }));
  const calibration = checkedCalibration(curve, { rows }, { observe, keepMean: false });
  return { member, calibration, standardised: standardise(calibration.rewards, scale) };
}

function memberOf(dependencies: KeepingDependencies, name: string, { versions }: EnsembleRequest): Member {
  const curve = chooseCurve(dependencies, {
    rewardModel: name,
    version: versions[name],
    onMissingCurve: 'passthrough',
  });
  if (curve === undefined) throw noCurveOfMember(name);
  const scale = curve.rewardScale;
  if (scale === undefined || scale.scale === 0) throw noScaleOfMember(name);
  return { name, curve, scale };
}

function noCurveOfMember(name: string): Conflict {
  const message = 'no curve was fitted for this reward model of the ensemble: POST /v1/fit first';
  return new Conflict('no-curve', message, [{ path: ['samples', 0, 'rewards', name], message }]);
}

function noScaleOfMember(name: string): Conflict {
  const message =
    'the curve of this reward model does not say how its rewards spread, or they do not: fit it anew (a change of strength does not know it)';
  return new Conflict('no-scale', message, [{ path: ['samples', 0, 'rewards', name], message }]);
}

/** Rewards combined between two pauses. */
const TOGETHER = 65_536;

async function combineInSlices(
  columns: readonly Float64Array[],
  { combine: how, lambda, samples }: EnsembleRequest,
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
