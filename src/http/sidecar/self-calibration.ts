import type { FastifyBaseLogger } from 'fastify';
import type { ServiceError } from '../../calibration/errors.js';
import { DEFAULT_FIT_SETTINGS } from '../../calibration/fit-settings.js';
import { type MeasuredSamples, selectSamples } from '../../calibration/samples.js';
import type { SampleWindow } from '../../fitting/sample-window.js';
import type { Upstream } from '../../sidecar/upstream.js';
import { DRIFT_SAMPLES } from '../../telemetry/drift.js';
import type { CalibratedBatch } from '../../telemetry/metrics.js';
import type { Clock } from '../clock.js';
import { fitAndStore } from '../fit-and-store.js';
import { selectObserved } from '../select-observed.js';
import type { Services } from '../services.js';
import { OnceAMinute } from './once-a-minute.js';
import { type FitReason, RefitPolicy } from './refit-policy.js';

/** What self-calibration works with. */
export type FitServices = Pick<Services, 'fitter' | 'registry' | 'windows' | 'metrics'>;

/**
 * Fits the curves of upstreams from what their own requests showed: the first one, and later ones as `refit` says. Nothing
 * waits for a fit, and a fit that fails changes nothing; requests go on with the curve that there is. A reward model has
 * one fit at a time, of whichever upstream.
 */
export class SelfCalibration {
  readonly #services: FitServices;
  readonly #clock: Clock;
  readonly #log: FastifyBaseLogger;
  readonly #policies = new Map<string, RefitPolicy>();
  /** The fits under way by reward model. */
  readonly #underWay = new Map<string, Promise<void>>();
  readonly #closing = new AbortController();
  readonly #unobserved = new OnceAMinute();

  constructor(services: FitServices, upstreams: readonly Upstream[], clock: Clock, log: FastifyBaseLogger) {
    this.#services = services;
    this.#clock = clock;
    this.#log = log;
    for (const upstream of upstreams) {
      if (!isSelfCalibrating(upstream)) continue;
      const policy = new RefitPolicy(upstream.refit);
      const { registry } = services;
      const { reward_model: rewardModel } = upstream;
      const curve = registry.isReadable(rewardModel) ? registry.current(rewardModel) : undefined;
      policy.restart(curve, 0, clock.now());
      this.#policies.set(upstream.name, policy);
    }
  }

  /**
   * Samples of an upstream went into the window of its reward model: begins a fit if one is due.
   *
   * @param batch the same samples as calibrated, where there is a curve.
   */
  observed({ name, reward_model: rewardModel }: Upstream, batch: CalibratedBatch | undefined): void {
    const policy = this.#policies.get(name);
    const window = this.#services.windows.get(rewardModel);
    if (policy === undefined || window === undefined || this.#closing.signal.aborted) return;
    // Stored curves that cannot be read are for an operator to restore or to delete, not to be fitted over.
    if (!this.#services.registry.isReadable(rewardModel)) return;
    const now = this.#clock.now();
    const curve = this.#services.registry.current(rewardModel);
    policy.follow(curve, window.seen, now);
    if (batch !== undefined) policy.add(batch);
    if (this.#underWay.has(rewardModel)) return;
    const reason = policy.due(window, now);
    if (reason === undefined) return;
    const fit = this.#fit(name, rewardModel, policy, window, reason);
    this.#underWay.set(rewardModel, fit);
    void fit.finally(() => this.#underWay.delete(rewardModel));
  }

  /** Samples of an upstream could not be kept, and so are missing in a later fit: says why, at most once a minute. */
  unobserved({ name, reward_model: rewardModel }: Upstream, error: ServiceError): void {
    if (!this.#unobserved.isDue(name, this.#clock.now())) return;
    this.#log.warn({ upstream: name, rewardModel, code: error.code }, `not observed: ${error.message}`);
  }

  /** Ends the fits under way, and begins no other. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#underWay.values());
  }

  /** Never rejects: nobody waits for it. */
  async #fit(
    upstream: string,
    rewardModel: string,
    policy: RefitPolicy,
    window: SampleWindow,
    reason: FitReason,
  ): Promise<void> {
    const { registry, metrics } = this.#services;
    const { seen } = window;
    const log = this.#log.child({ upstream, reason });
    try {
      const settings = registry.current(rewardModel)?.settings ?? DEFAULT_FIT_SETTINGS;
      const observed = selectObserved(window, settings);
      const samples = reason === 'drift' ? newest(observed, policy.minSamples(window)) : observed;
      const caller = { signal: this.#closing.signal, log };
      const curve = await fitAndStore(this.#services, { rewardModel, settings, samples }, caller);
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

/** A pinned version is what the operator wants to keep. */
function isSelfCalibrating({ observe, version }: Upstream): boolean {
  return observe && version === undefined;
}

/** After a drift the older samples tell of a bias that is no more. */
function newest(samples: MeasuredSamples, minSamples: number): MeasuredSamples {
  const size = samples.rewards.length;
  const count = Math.min(size, Math.max(minSamples, DRIFT_SAMPLES));
  return selectSamples(
    samples,
    Uint32Array.from({ length: count }, (_, i) => size - count + i),
  );
}
