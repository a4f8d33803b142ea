import { Piscina } from 'piscina';
import { InvalidInput, Unavailable } from '../calibration/errors.js';
import type { Fit, FitSettings } from '../calibration/fit.js';
import type { MeasuredSamples } from '../calibration/samples.js';
import type { FitOutcome, FitTask } from './worker.js';

/** How many fits run at once, how many may wait, and where the worker's code is. */
export interface FitterOptions {
  readonly threads: number;
  /** Fits that may wait for a thread; one more is refused with a 503. */
  readonly queue: number;
  /** The worker's module; the compiled `worker.js` beside this file unless a test runs from source. */
  readonly workerUrl?: URL | undefined;
}

/** A finished fit and how long the worker needed for it. */
export interface TimedFit {
  readonly fit: Fit;
  readonly seconds: number;
}

/** Seconds after which a refused fit may be tried again: about the time of a large fit. */
const RETRY_AFTER_SECONDS = 2;

/** Runs fits in worker threads, so that the event loop keeps answering calibrate requests meanwhile. */
export class Fitter {
  readonly #pool: Piscina<FitTask, FitOutcome>;
  readonly #queue: number;

  constructor({ threads, queue, workerUrl }: FitterOptions) {
    this.#queue = queue;
    this.#pool = new Piscina({
      filename: (workerUrl ?? new URL('./worker.js', import.meta.url)).href,
      minThreads: 0,
      maxThreads: threads,
      maxQueue: queue,
      // Keeps a thread warm between the fits of one experiment, and frees its memory afterwards.
      idleTimeout: 60_000,
    });
  }

  /**
   * Fits the bias curves of the samples in a worker thread. The columns are transferred: they are empty afterwards.
   *
   * @param signal aborts the fit, queued or running, when the caller goes away.
   * @throws InvalidInput as `calibration/fit`; Unavailable (`fit-queue-full`) when too many fits wait already.
   */
  async fit(samples: MeasuredSamples, settings: FitSettings, signal: AbortSignal): Promise<TimedFit> {
    if (this.#pool.queueSize >= this.#queue && this.#isBusy()) {
      throw new Unavailable('fit-queue-full', 'too many fits are waiting already', RETRY_AFTER_SECONDS);
    }
    const transferList = [
      samples.rewards.buffer,
      ...[...samples.characteristics.values()].map((c) => c.buffer),
    ];
    const outcome = await this.#pool.run({ samples, settings }, { signal, transferList });
    if ('refused' in outcome) {
      const { message, violations, code } = outcome.refused;
      throw new InvalidInput(message, violations, code);
    }
    return outcome;
  }

  /** Ends the threads; fits that still run are aborted. */
  async close(): Promise<void> {
    await this.#pool.destroy();
  }

  #isBusy(): boolean {
    return this.#pool.threads.length >= this.#pool.maxThreads && this.#pool.idleThreads === 0;
  }
}
