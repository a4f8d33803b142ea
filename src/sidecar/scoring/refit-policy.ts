import type { VersionedCurve } from '../../curves/curve-history.js';
import { remainingCorrelation } from '../../curves/curve-strength.js';
import type { SampleWindow } from '../../fitting/sample-window.js';
import type { CalibratedBatch } from '../../telemetry/metrics.js';
import type { Upstream } from '../upstream/upstream.js';
import { DriftDetector } from './drift.js';

/** Why a fit is due. */
export type FitReason = 'first' | 'samples' | 'seconds' | 'drift';

/**
 * Decides when to fit an upstream's curve. Samples and seconds count from when the current curve became
 * current, even by a fit, an import or a rollback on request. No timer: without samples nothing is due.
 */
export class RefitPolicy {
  readonly #refit: Upstream['refit'];
  #version: number | undefined;
  #drift = new DriftDetector(0);
  /** Samples that the window had seen, and the time in milliseconds. */
  #start = { seen: 0, milliseconds: 0 };
  /** Samples that the window must have seen before another try. */
  #retryAt = 0;

  constructor(refit: Upstream['refit']) {
    this.#refit = refit;
  }

  /** Counts from here on. */
  restart(curve: VersionedCurve | undefined, seen: number, milliseconds: number): void {
    this.#version = curve?.version;
    this.#drift = new DriftDetector(curve === undefined ? 0 : remainingCorrelation(curve));
    this.#start = { seen, milliseconds };
    this.#retryAt = 0;
  }

  /** Restarts when the curve is another one or is gone. */
  follow(curve: VersionedCurve | undefined, seen: number, milliseconds: number): void {
    if (curve?.version !== this.#version) this.restart(curve, seen, milliseconds);
  }

  /** Looks for drift in a batch that was calibrated by the current curve. */
  add({ version, characteristic, rewards, rawRewards }: CalibratedBatch): void {
    if (version === this.#version) this.#drift.add(characteristic, rewards, rawRewards);
  }

  /** Why a fit is due now, if one is. */
  due(window: SampleWindow, milliseconds: number): FitReason | undefined {
    if (window.size < this.minSamples(window) || window.seen < this.#retryAt) return undefined;
    const { first, everySamples, everySeconds, onDrift } = this.#refit;
    if (this.#version === undefined) return first ? 'first' : undefined;
    if (everySamples !== undefined && window.seen - this.#start.seen >= everySamples) return 'samples';
    const seconds = (milliseconds - this.#start.milliseconds) / 1_000;
    if (everySeconds !== undefined && seconds >= everySeconds) return 'seconds';
    return onDrift && this.#drift.hasDrifted ? 'drift' : undefined;
  }

  /**
   * A fit failed: the next try waits for as many new samples as this one did, since the
   * same ones would fail again.
   */
  failed(window: SampleWindow, reason: FitReason): void {
    const { everySamples } = this.#refit;
    const wait = reason === 'samples' && everySamples ? everySamples : this.minSamples(window);
    this.#retryAt = window.seen + wait;
  }

  /** How many more samples the next try waits for. */
  untilRetry({ seen }: SampleWindow): number {
    return Math.max(0, this.#retryAt - seen);
  }

  /** No window holds more than it can. */
  minSamples({ capacity }: SampleWindow): number {
    return Math.min(this.#refit.minSamples, capacity);
  }
}
