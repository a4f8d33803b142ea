import { findBin, type JointCounts, marginsOf } from '../calibration/fit/joint-counts.js';
import { type MarginalShift, marginalShift } from '../calibration/statistics/marginal-shift.js';
import { type MonotonicClock, RecentSlices, slicesUntil } from './recent-slices.js';
import { type PairMoments, RunningCorrelation } from './running-correlation.js';

/** The part of a calibrated batch that the last minutes keep. */
export interface ActiveBatch {
  readonly version: number;
  readonly characteristic: Float64Array;
  readonly rawRewards: Float64Array;
  readonly extrapolated: number;
  readonly fitted?: JointCounts | undefined;
}

/** What was computed of a batch already. */
export interface BatchStatistics {
  readonly meanBias: number;
  readonly raw: PairMoments;
  readonly calibrated: PairMoments;
}

/** What a version of a reward model's curve did in the last minutes. Null: not defined. */
export interface CurveActivity {
  readonly rewardModel: string;
  readonly version: number;
  readonly requests: number;
  readonly samples: number;
  readonly requestsPerSecond: number;
  readonly samplesPerSecond: number;
  readonly extrapolatedShare: number | null;
  readonly meanBias: number | null;
  readonly correlation: { readonly raw: number | null; readonly calibrated: number | null };
  readonly drift: { readonly characteristic: MarginalShift; readonly reward: MarginalShift } | null;
  readonly timeline: readonly { secondsAgo: number; requests: number; samples: number }[];
}

/** What happened in the last minutes. */
export interface RecentActivity {
  /** How long they are: five minutes, or less after the start. */
  readonly seconds: number;
  readonly curves: readonly CurveActivity[];
}

/** Fewer samples show nothing of a shift but chance. */
export const FEWEST_FOR_DRIFT = 100;

/** Of a larger batch every k-th sample is counted for the shift, up to so many: each costs two searches. */
const MOST_COUNTED = 512;

/** Rates are over a second at least: a first request at once after the start is no thousand a second. */
const SHORTEST_SECONDS = 1;

/**
 * What calibration did in the last five minutes, by version of each reward model's curve: counts, moments and
 * margins in slices of ten seconds, which can be put together.
 * Only curves that calibrated lately have a place.
 */
export class Activity {
  readonly #clock: MonotonicClock;
  readonly #started: number;
  readonly #byName = new Map<string, Map<number, ActiveCurve>>();

  constructor(clock: MonotonicClock) {
    this.#clock = clock;
    this.#started = clock.now();
  }

  /** A request that a version calibrates. */
  requested(rewardModel: string, version: number): void {
    this.#curveOf(rewardModel, version).slices.current.requests++;
  }

  /** A calibrated batch. */
  calibrated(rewardModel: string, batch: ActiveBatch, statistics: BatchStatistics): void {
    this.#curveOf(rewardModel, batch.version).add(batch, statistics);
  }

  /** Forgets a deleted reward model. */
  forget(rewardModel: string): void {
    this.#byName.delete(rewardModel);
  }

  /** The last minutes: by name, the latest version first. */
  recent(): RecentActivity {
    this.#forgetSilent();
    const now = this.#clock.now();
    const begins = slicesUntil(now, this.#started);
    const seconds = (now - (begins[0] ?? now)) / 1_000;
    const curves = [...this.#byName].flatMap(([rewardModel, versions]) =>
      [...versions].map(([version, curve]) => ({
        rewardModel,
        version,
        ...curve.summary(Math.max(SHORTEST_SECONDS, seconds)),
        timeline: begins.map((begun) => ({ secondsAgo: (now - begun) / 1_000, ...curve.countsIn(begun) })),
      })),
    );
    const byName = (a: CurveActivity, b: CurveActivity) =>
      a.rewardModel === b.rewardModel ? b.version - a.version : a.rewardModel < b.rewardModel ? -1 : 1;
    return { seconds, curves: curves.sort(byName) };
  }

  #curveOf(rewardModel: string, version: number): ActiveCurve {
    const known = this.#byName.get(rewardModel)?.get(version);
    if (known !== undefined) return known;
    this.#forgetSilent();
    const versions = this.#byName.get(rewardModel) ?? new Map<number, ActiveCurve>();
    const curve = new ActiveCurve(this.#clock);
    versions.set(version, curve);
    this.#byName.set(rewardModel, versions);
    return curve;
  }

  #forgetSilent(): void {
    for (const [rewardModel, versions] of this.#byName) {
      for (const [version, { slices }] of versions) if (slices.isEmpty) versions.delete(version);
      if (versions.size === 0) this.#byName.delete(rewardModel);
    }
  }
}

/** What happened to one version in a slice of time, or in several. */
class Counted {
  requests = 0;
  samples = 0;
  extrapolated = 0;
  meanBias = 0;
  readonly raw = new RunningCorrelation();
  readonly calibrated = new RunningCorrelation();
  /** Below the bins of the fit, in each, and above; undefined where the fit has no bins. */
  margins: { readonly characteristic: Float64Array; readonly reward: Float64Array } | undefined;

  add({ requests, samples, extrapolated, meanBias, raw, calibrated, margins }: Counted): void {
    this.requests += requests;
    this.samples += samples;
    this.extrapolated += extrapolated;
    if (samples > 0) this.meanBias += (meanBias - this.meanBias) * (samples / this.samples);
    this.raw.addAll(raw);
    this.calibrated.addAll(calibrated);
    if (margins === undefined) return;
    this.margins ??= emptyMargins(margins.characteristic.length, margins.reward.length);
    addTo(this.margins.characteristic, margins.characteristic);
    addTo(this.margins.reward, margins.reward);
  }
}

/** A version of a curve that calibrated lately. */
class ActiveCurve {
  readonly slices: RecentSlices<Counted>;
  #fitted: JointCounts | undefined;

  constructor(clock: MonotonicClock) {
    this.slices = new RecentSlices(clock, () => new Counted());
  }

  add(
    { characteristic, rawRewards, extrapolated, fitted }: ActiveBatch,
    { meanBias, raw, calibrated }: BatchStatistics,
  ): void {
    const size = rawRewards.length;
    if (size === 0) return;
    const slice = this.slices.current;
    slice.samples += size;
    slice.extrapolated += extrapolated;
    slice.meanBias += (meanBias - slice.meanBias) * (size / slice.samples);
    slice.raw.addMoments(raw);
    slice.calibrated.addMoments(calibrated);
    this.#fitted = fitted;
    if (fitted === undefined) return;
    const { characteristicEdges, rewardEdges } = fitted;
    slice.margins ??= emptyMargins(characteristicEdges.length + 1, rewardEdges.length + 1);
    const step = Math.ceil(size / MOST_COUNTED);
    // Begins elsewhere in each batch, so that an order within batches does not decide what is counted.
    const first = slice.samples % step;
    countIn(characteristic, characteristicEdges, slice.margins.characteristic, first, step);
    countIn(rawRewards, rewardEdges, slice.margins.reward, first, step);
  }

  summary(seconds: number): Omit<CurveActivity, 'rewardModel' | 'version' | 'timeline'> {
    const all = new Counted();
    for (const slice of this.slices.kept()) all.add(slice);
    const { requests, samples } = all;
    return {
      requests,
      samples,
      requestsPerSecond: requests / seconds,
      samplesPerSecond: samples / seconds,
      extrapolatedShare: samples === 0 ? null : all.extrapolated / samples,
      meanBias: samples === 0 || !Number.isFinite(all.meanBias) ? null : all.meanBias,
      correlation: { raw: all.raw.value ?? null, calibrated: all.calibrated.value ?? null },
      drift: this.#driftOf(all),
    };
  }

  /** Of the slice that holds this time. */
  countsIn(begun: number): Pick<Counted, 'requests' | 'samples'> {
    const { requests, samples } = this.slices.at(begun) ?? NOTHING;
    return { requests, samples };
  }

  #driftOf({ samples, margins }: Counted): CurveActivity['drift'] {
    if (this.#fitted === undefined || margins === undefined || samples < FEWEST_FOR_DRIFT) return null;
    const fitted = marginsOf(this.#fitted);
    return {
      characteristic: marginalShift(fitted.characteristic, margins.characteristic),
      reward: marginalShift(fitted.reward, margins.reward),
    };
  }
}

const NOTHING = new Counted();

function emptyMargins(characteristic: number, reward: number): NonNullable<Counted['margins']> {
  return { characteristic: new Float64Array(characteristic), reward: new Float64Array(reward) };
}

/** Counts every step-th value below the first edge, in each bin, and above the last edge. */
function countIn(
  values: Float64Array,
  edges: Float64Array,
  counts: Float64Array,
  first: number,
  step: number,
): void {
  const least = edges[0] ?? Number.NaN;
  const most = edges[edges.length - 1] ?? Number.NaN;
  for (let i = first; i < values.length; i += step) {
    const value = values[i] ?? Number.NaN;
    const place = value < least ? 0 : value > most ? edges.length : findBin(value, edges) + 1;
    counts[place] = (counts[place] ?? 0) + 1;
  }
}

function addTo(sums: Float64Array, values: Float64Array): void {
  for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] ?? 0) + (values[i] ?? 0);
}
