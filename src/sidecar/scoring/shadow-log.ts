import type { Logger } from 'pino';
import type { Clock } from '../../service/clock.js';
import type { CalibratedBatch } from '../../telemetry/metrics.js';
import { RunningCorrelation } from '../../telemetry/running-correlation.js';
import { LINE_MILLISECONDS, OnceAMinute } from './once-a-minute.js';

/** The effect that calibration would have had since the last line. */
class ShadowReport {
  readonly since: number;
  readonly raw = new RunningCorrelation();
  readonly calibrated = new RunningCorrelation();
  #biases = 0;

  constructor(since: number) {
    this.since = since;
  }

  add({ characteristic, rawRewards, rewards, biases }: CalibratedBatch): void {
    this.raw.add(characteristic, rawRewards);
    this.calibrated.add(characteristic, rewards, rawRewards);
    for (const bias of biases) this.#biases += bias;
  }

  get meanBias(): number {
    return this.#biases / this.raw.count;
  }
}

/**
 * Logs the effect that calibration would have, in at most one line a minute per upstream in
 * shadow mode. Numbers only.
 */
export class ShadowLog {
  readonly #log: Logger;
  readonly #clock: Clock;
  readonly #start: number;
  readonly #reports = new Map<string, ShadowReport>();
  readonly #unreadable = new OnceAMinute();

  constructor(log: Logger, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
    this.#start = clock.now();
  }

  /** The curve cannot be read: logs, at most once a minute, that its effect is unknown. */
  unreadable(upstream: string): void {
    if (!this.#unreadable.isDue(upstream, this.#clock.now())) return;
    this.#log.warn({ upstream }, 'shadow: the stored curve cannot be read, so nothing is calibrated');
  }

  /**
   * Adds a batch that was answered raw; logs when a minute has passed since the last
   * line, or since the start.
   */
  add(upstream: string, batch: CalibratedBatch): void {
    const report = this.#reports.get(upstream) ?? new ShadowReport(this.#start);
    this.#reports.set(upstream, report);
    report.add(batch);
    const now = this.#clock.now();
    if (now - report.since < LINE_MILLISECONDS) return;
    this.#reports.set(upstream, new ShadowReport(now));
    const { raw, calibrated, meanBias } = report;
    this.#log.info(
      {
        upstream,
        version: batch.version,
        samples: raw.count,
        meanBias,
        lengthCorrelation: { raw: raw.value, calibrated: calibrated.value },
      },
      'shadow: what calibration would have done',
    );
  }
}
