import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { JointCounts } from '../calibration/fit/joint-counts.js';
import { Activity } from './activity.js';
import { PlainCounter } from './plain-counter.js';
import { PlainHistogram, type PlainHistogramOptions } from './plain-histogram.js';
import type { MonotonicClock } from './recent-slices.js';
import { PairMoments, RunningCorrelation } from './running-correlation.js';
import { UpstreamMetrics } from './upstream-metrics.js';

const PREFIX = 'reward_calibration_';

/** Default metrics of prom-client that are gauges named `_total`, which `promtool check metrics` refuses. */
const MISNAMED = [
  'nodejs_active_resources_total',
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
];

/** Powers of four from one sample to a million. */
const SIZE_BUCKETS = [1, 4, 16, 64, 256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576];

/** Rewards have no natural unit; published reward models span −20 … 20. */
const BIAS_BUCKETS = [-10, -5, -2, -1, -0.5, -0.2, 0, 0.2, 0.5, 1, 2, 5, 10];

/**
 * The outcome of samples; `shadow`: answered raw, calibrated for the metrics only;
 * `unobserved`: no room to keep them.
 */
export type SampleOutcome = 'calibrated' | 'shadow' | 'passthrough' | 'observed' | 'unobserved' | 'fitted';

/** One calibrated batch, as the metrics see it. */
export interface CalibratedBatch {
  readonly version: number;
  /** The first characteristic of the curve, one value per sample. */
  readonly characteristic: Float64Array;
  readonly rawRewards: Float64Array;
  readonly rewards: Float64Array;
  readonly biases: Float64Array;
  readonly extrapolated: number;
  /** Of the samples that the curve was fitted to, where it has them. */
  readonly fitted?: JointCounts | undefined;
}

/** The part of a curve that the metrics show. */
export interface CurrentCurve {
  readonly rewardModel: string;
  readonly version: number;
  /** ISO 8601. */
  readonly fittedAt: string;
  readonly diagnostics: { readonly warnings: readonly unknown[] };
  readonly audit: { readonly probability: number } | null;
}

/** The running correlations of one reward model under one version of its curve. */
interface Correlations {
  readonly version: number;
  readonly raw: RunningCorrelation;
  readonly calibrated: RunningCorrelation;
}

/**
 * The Prometheus metrics. Observed once per request or batch, never per sample. What every request adds to is
 * counted in plain numbers, which prom-client gets when it is read: its own counting takes ten times as long.
 * Only reward models with a curve or observed samples become labels, so
 * MAX_REWARD_MODELS bounds them.
 */
export class Metrics {
  readonly registry = new Registry();
  /** What happened in the last minutes. */
  readonly activity: Activity;
  readonly upstreams: UpstreamMetrics;
  readonly #correlations = new Map<string, Correlations>();
  /** Of the batch at hand: taken once, for the correlations and for the last minutes. */
  readonly #raw = new PairMoments();
  readonly #calibrated = new PairMoments();

  readonly #requests = this.#histogram('http_request_duration_seconds', 'Time to answer a request', {
    labelNames: ['method', 'route', 'status'],
    leading: 1,
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  });
  readonly #samples = new PlainCounter({
    name: `${PREFIX}samples_total`,
    help: 'Samples by what became of them; reward_model is empty for those without a curve',
    labelNames: ['reward_model', 'outcome'],
    registry: this.registry,
  });
  readonly #batchSize = this.#histogram('batch_size', 'Samples per calibrate request', {
    buckets: SIZE_BUCKETS,
  });
  readonly #fitDuration = this.#histogram(
    'fit_duration_seconds',
    'Time that the fit itself took in its thread',
    {
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    },
  );
  readonly #fitSamples = this.#histogram('fit_samples', 'Samples per fit', { buckets: SIZE_BUCKETS });
  readonly #work = new Counter({
    name: `${PREFIX}work_total`,
    help: 'Jobs of the worker threads by what became of them',
    labelNames: ['task', 'outcome'],
    registers: [this.registry],
  });
  readonly #curveVersion = this.#gauge('curve_version', 'Current version of the curve');
  readonly #curveFitted = this.#gauge('curve_fitted_timestamp_seconds', 'When the current curve was fitted');
  readonly #warnings = this.#gauge('warnings', 'How many warnings the fit of the current curve gave');
  readonly #auditProbability = this.#gauge(
    'audit_probability',
    'Chance that the calibrated order agrees better with the labellers, by the audit of the current curve; absent where it has none',
  );
  readonly #extrapolated = new PlainCounter({
    name: `${PREFIX}extrapolated_samples_total`,
    help: 'Samples outside the fitted range of a characteristic',
    labelNames: ['reward_model'],
    registry: this.registry,
  });
  readonly #bias = this.#histogram('bias', 'Mean bias removed per batch, in units of reward', {
    labelNames: ['reward_model'],
    buckets: BIAS_BUCKETS,
  });
  readonly #lengthCorrelation = new Gauge({
    name: `${PREFIX}length_correlation`,
    help: "Pearson correlation of the curve's first characteristic and the reward, over all samples calibrated with it",
    labelNames: ['reward_model', 'stage'],
    registers: [this.registry],
    collect: () => this.#collectCorrelations(),
  });
  readonly #storeWrites = this.#histogram('store_write_duration_seconds', 'Time to store a change durably', {
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1],
  });
  readonly #storeFailures = new Counter({
    name: `${PREFIX}store_failures_total`,
    help: 'Changes that the store refused',
    registers: [this.registry],
  });

  readonly #unreadable = new Gauge({
    name: `${PREFIX}unreadable_reward_models`,
    help: 'Reward models whose stored curves cannot be read; requests that need them answer 503',
    registers: [this.registry],
  });

  /** @param clock of what happened in the last minutes. */
  constructor(clock: MonotonicClock = performance) {
    this.activity = new Activity(clock);
    this.upstreams = new UpstreamMetrics(this.registry, PREFIX, clock);
    collectDefaultMetrics({ register: this.registry });
    for (const name of MISNAMED) this.registry.removeSingleMetric(name);
  }

  /** An answered request; `route` is the pattern, never the URL. */
  request(method: string, route: string, status: number, seconds: number): void {
    this.#requests.observe(seconds, method, route, String(status));
  }

  /** Samples of a reward model that has a curve or a window, by their outcome. */
  samples(rewardModel: string, outcome: SampleOutcome, count: number): void {
    this.#samples.add(count, rewardModel, outcome);
  }

  /** Samples answered uncalibrated; a reward model without a curve gets no label of its own. */
  passedThrough(count: number): void {
    this.samples('', 'passthrough', count);
  }

  /** The size of a calibrate request, whatever its outcome. */
  batch(size: number): void {
    this.#batchSize.observe(size);
  }

  /** A request that a version of a curve calibrates; its samples come by {@link calibrated}. */
  requested(rewardModel: string, version: number): void {
    this.activity.requested(rewardModel, version);
  }

  /** A batch that was calibrated, for its answer or for the metrics only. */
  calibrated(
    rewardModel: string,
    batch: CalibratedBatch,
    outcome: 'calibrated' | 'shadow' = 'calibrated',
  ): void {
    const size = batch.rewards.length;
    this.samples(rewardModel, outcome, size);
    if (batch.extrapolated > 0) this.#extrapolated.add(batch.extrapolated, rewardModel);
    // Divided before they are added: a sum of biases can overflow.
    let meanBias = 0;
    for (const bias of batch.biases) meanBias += bias / size;
    this.#bias.observe(meanBias, rewardModel);
    this.#raw.take(batch.characteristic, batch.rawRewards);
    this.#calibrated.take(batch.characteristic, batch.rewards, batch.rawRewards);
    const running = this.#correlationsOf(rewardModel, batch.version);
    running.raw.addMoments(this.#raw);
    running.calibrated.addMoments(this.#calibrated);
    this.activity.calibrated(rewardModel, batch, { meanBias, raw: this.#raw, calibrated: this.#calibrated });
  }

  /** A finished fit. */
  fitted(rewardModel: string, samples: number, seconds: number): void {
    this.samples(rewardModel, 'fitted', samples);
    this.#fitDuration.observe(seconds);
    this.#fitSamples.observe(samples);
  }

  /** A job of a worker thread has ended; both come from small closed lists. */
  worked(task: string, outcome: string): void {
    this.#work.labels(task, outcome).inc();
  }

  /** Which curve is current now. */
  current({ rewardModel, version, fittedAt, diagnostics, audit }: CurrentCurve): void {
    this.#curveVersion.labels(rewardModel).set(version);
    this.#curveFitted.labels(rewardModel).set(Date.parse(fittedAt) / 1000);
    this.#warnings.labels(rewardModel).set(diagnostics.warnings.length);
    if (audit === null) this.#auditProbability.remove({ reward_model: rewardModel });
    else this.#auditProbability.labels(rewardModel).set(audit.probability);
  }

  /** A durable write and how long it took. */
  stored(seconds: number): void {
    this.#storeWrites.observe(seconds);
  }

  /** A write that the store refused. */
  storeFailed(): void {
    this.#storeFailures.inc();
  }

  /** How many reward models have stored curves that cannot be read. */
  unreadable(rewardModels: number): void {
    this.#unreadable.set(rewardModels);
  }

  /** Forgets a deleted reward model, so that its labels make room. */
  forget(rewardModel: string): void {
    this.#correlations.delete(rewardModel);
    this.activity.forget(rewardModel);
    const labels = { reward_model: rewardModel };
    for (const gauge of [this.#curveVersion, this.#curveFitted, this.#warnings, this.#auditProbability])
      gauge.remove(labels);
    this.#extrapolated.remove(rewardModel);
    this.#bias.remove(rewardModel);
    for (const outcome of ['calibrated', 'shadow', 'observed', 'unobserved', 'fitted'])
      this.#samples.remove(rewardModel, outcome);
    for (const stage of ['raw', 'calibrated']) this.#lengthCorrelation.remove({ ...labels, stage });
  }

  #correlationsOf(rewardModel: string, version: number): Correlations {
    const known = this.#correlations.get(rewardModel);
    if (known?.version === version) return known;
    const fresh = { version, raw: new RunningCorrelation(), calibrated: new RunningCorrelation() };
    this.#correlations.set(rewardModel, fresh);
    return fresh;
  }

  #collectCorrelations(): void {
    for (const [rewardModel, correlations] of this.#correlations) {
      for (const stage of ['raw', 'calibrated'] as const) {
        const { value } = correlations[stage];
        if (value !== undefined) this.#lengthCorrelation.labels(rewardModel, stage).set(value);
        else this.#lengthCorrelation.remove({ reward_model: rewardModel, stage });
      }
    }
  }

  #histogram(
    name: string,
    help: string,
    options: Pick<PlainHistogramOptions, 'labelNames' | 'leading' | 'buckets'>,
  ): PlainHistogram {
    return new PlainHistogram({ name: `${PREFIX}${name}`, help, registry: this.registry, ...options });
  }

  #gauge(name: string, help: string): Gauge {
    return new Gauge({
      name: `${PREFIX}${name}`,
      help,
      labelNames: ['reward_model'],
      registers: [this.registry],
    });
  }
}
