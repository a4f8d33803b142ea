import type { Logger } from 'pino';
import type { ServiceError } from '../../calibration/errors.js';
import { DEFAULT_FIT_SETTINGS } from '../../calibration/fit/fit-settings.js';
import { type MeasuredSamples, selectSamples } from '../../calibration/samples/samples.js';
import type { SampleWindow } from '../../fitting/sample-window.js';
import type { Clock } from '../../service/clock.js';
import { type FittingDependencies, fitAndStore } from '../../service/fit-and-store.js';
import { selectObserved } from '../../service/select-observed.js';
import type { CalibratedBatch } from '../../telemetry/metrics.js';
import type { RecoveryRule } from '../responses/response-recovery.js';
import type { Upstream } from '../upstream/upstream.js';
import { DRIFT_SAMPLES } from './drift.js';
import { OnceAMinute } from './once-a-minute.js';
import { type FitReason, RefitPolicy } from './refit-policy.js';
import { areMixed, WindowRules } from './window-rules.js';

/**
 * Fits the curves of upstreams to the samples of their own requests: the first one, and later ones under the
 * rules of `refit`. Requests never wait for a fit and keep the current curve if it fails. A reward model has
 * one fit at a time, whichever upstream began it.
 */
export class SelfCalibration {
  readonly #dependencies: FittingDependencies;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #policies = new Map<string, RefitPolicy>();
  /** The fits under way by reward model. */
  readonly #underWay = new Map<string, Promise<void>>();
  readonly #closing = new AbortController();
  readonly #unobserved = new OnceAMinute();
  readonly #rules = new WindowRules();

  constructor(dependencies: FittingDependencies, upstreams: readonly Upstream[], clock: Clock, log: Logger) {
    this.#dependencies = dependencies;
    this.#clock = clock;
    this.#log = log;
    for (const upstream of upstreams) {
      if (!isSelfCalibrating(upstream)) continue;
      const policy = new RefitPolicy(upstream.refit);
      const { registry } = dependencies;
      const { rewardModel } = upstream;
      const curve = registry.isReadable(rewardModel) ? registry.current(rewardModel) : undefined;
      policy.restart(curve, 0, clock.now());
      this.#policies.set(upstream.name, policy);
    }
  }

  /**
   * Samples of an upstream were scored: begins a fit if one is due.
   *
   * @param batch the same samples as calibrated, where there is a curve.
   * @param kept how the responses were found of those that went into the window of the reward model.
   */
  observed(
    { name, rewardModel }: Upstream,
    batch: CalibratedBatch | undefined,
    kept: readonly RecoveryRule[],
  ): void {
    const policy = this.#policies.get(name);
    const window = this.#dependencies.windows.get(rewardModel);
    if (window !== undefined && kept.length > 0) this.#rules.added(window, kept);
    if (policy === undefined || window === undefined || this.#closing.signal.aborted) return;
    // An operator restores or deletes unreadable stored curves; no fit replaces them.
    if (!this.#dependencies.registry.isReadable(rewardModel)) return;
    const now = this.#clock.now();
    const curve = this.#dependencies.registry.current(rewardModel);
    policy.follow(curve, window.seen, now);
    if (batch !== undefined) policy.add(batch);
    if (this.#underWay.has(rewardModel)) return;
    const reason = policy.due(window, now);
    if (reason === undefined) return;
    const fit = this.#fit(name, rewardModel, policy, window, reason);
    this.#underWay.set(rewardModel, fit);
    void fit.finally(() => this.#underWay.delete(rewardModel));
  }

  /** Of the newest samples of a reward model's window, how many were measured on the whole text. */
  countWholes(rewardModel: string, newest: number): number {
    const window = this.#dependencies.windows.get(rewardModel);
    return window === undefined ? 0 : this.#rules.count(window, Math.min(newest, window.size)).wholes;
  }

  /** Samples of an upstream could not be kept, so a later fit lacks them: logs why, at most once a minute. */
  unobserved({ name, rewardModel }: Upstream, error: ServiceError): void {
    if (!this.#unobserved.isDue(name, this.#clock.now())) return;
    this.#log.warn({ upstream: name, rewardModel, code: error.code }, `not observed: ${error.message}`);
  }

  /** Ends the fits under way, and begins no more. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#underWay.values());
  }

  /** Never rejects: no caller awaits it. */
  async #fit(
    upstream: string,
    rewardModel: string,
    policy: RefitPolicy,
    window: SampleWindow,
    reason: FitReason,
  ): Promise<void> {
    const { registry, metrics } = this.#dependencies;
    const { seen } = window;
    const log = this.#log.child({ upstream, reason });
    try {
      const before = registry.current(rewardModel);
      if (reason === 'drift') log.warn({ rewardModel, version: before?.version }, DRIFTED);
      const settings = before?.settings ?? DEFAULT_FIT_SETTINGS;
      const observed = selectObserved(window, settings);
      const samples = reason === 'drift' ? newest(observed, policy.minSamples(window)) : observed;
      const rules = this.#rules.count(window, Math.min(samples.rewards.length, window.size));
      if (areMixed(rules)) {
        policy.failed(window, reason);
        metrics.upstreams.selfCalibrated(upstream, 'mixed-rules');
        log.warn({ rewardModel, ...rules, samplesUntilNextTry: policy.untilRetry(window) }, MIXED_RULES);
        return;
      }
      const caller = { signal: this.#closing.signal, log };
      const { curve } = await fitAndStore(
        this.#dependencies,
        { rewardModel, settings, samples: { ...samples, wholes: rules.wholes } },
        caller,
      );
      policy.restart(curve, seen, this.#clock.now());
      metrics.upstreams.selfCalibrated(upstream, 'fitted');
    } catch (error) {
      if (this.#closing.signal.aborted) return;
      policy.failed(window, reason);
      metrics.upstreams.selfCalibrated(upstream, 'failed');
      log.error({ err: error, rewardModel }, 'self-calibration failed');
    }
  }
}

const MIXED_RULES =
  'not fitted: some lengths are those of responses, others of whole texts; tried again as the window renews, which DELETE /v1/curves empties';

const DRIFTED =
  'the curve has drifted: calibrated rewards depend on its characteristic again, beyond what its fit had left; audit again, on samples of the policy (POST /v1/disputed-pairs)';

/** A pinned version is what the operator wants to keep. */
function isSelfCalibrating({ observe, version }: Upstream): boolean {
  return observe && version === undefined;
}

/** After a drift the older samples show a bias that no longer exists. */
function newest(samples: MeasuredSamples, minSamples: number): MeasuredSamples {
  const size = samples.rewards.length;
  const count = Math.min(size, Math.max(minSamples, DRIFT_SAMPLES));
  return selectSamples(
    samples,
    Uint32Array.from({ length: count }, (_, i) => size - count + i),
  );
}
