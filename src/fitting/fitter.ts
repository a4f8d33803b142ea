import type { MessagePort } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { Unavailable } from '../calibration/errors.js';
import { type Outcome, resultOf } from './outcome.js';

/** How many fits run at once, how many may wait, and where the worker's code is. */
export interface FitterOptions {
  readonly threads: number;
  /** Fits that may wait for a thread; one more is refused with a 503. */
  readonly queue: number;
  /** The worker's module: it exports a function for every task, which takes a job and returns an {@link Outcome}. */
  readonly workerUrl: URL;
}

/** Seconds after which a refused fit may be tried again: about the time of a large fit. */
const RETRY_AFTER_SECONDS = 2;

/**
 * Runs fits in worker threads, so that the event loop keeps answering calibrate requests meanwhile. `Tasks` says what the worker's
 * functions take and return.
 */
export class Fitter<Tasks extends { [Name in keyof Tasks]: { job: unknown; result: unknown } }> {
  readonly #pool: Piscina;
  readonly #queue: number;

  constructor({ threads, queue, workerUrl }: FitterOptions) {
    this.#queue = queue;
    this.#pool = new Piscina({
      filename: workerUrl.href,
      minThreads: 0,
      maxThreads: threads,
      maxQueue: queue,
      // Keeps a thread warm between the fits of one experiment, and frees its memory afterwards.
      idleTimeout: 60_000,
    });
  }

  /**
   * Runs a task in a worker thread.
   *
   * @param transfer buffers (and ports) of the job that are handed over, not copied: they are empty afterwards.
   * @param signal aborts the job, queued or running, when the caller goes away.
   * @throws what the worker refuses; Unavailable (`fit-queue-full`) when too many fits wait already.
   */
  async run<Name extends keyof Tasks & string>(
    name: Name,
    job: Tasks[Name]['job'],
    transfer: (ArrayBuffer | MessagePort)[],
    signal: AbortSignal,
  ): Promise<Tasks[Name]['result']> {
    if (this.#pool.queueSize >= this.#queue && this.#isBusy()) {
      throw new Unavailable('fit-queue-full', 'too many fits are waiting already', RETRY_AFTER_SECONDS);
    }
    const outcome: Outcome<Tasks[Name]['result']> = await this.#pool.run(job, {
      name,
      signal,
      transferList: transfer,
    });
    return resultOf(outcome);
  }

  /** Ends the threads; fits that still run are aborted. */
  async close(): Promise<void> {
    await this.#pool.destroy();
  }

  #isBusy(): boolean {
    return this.#pool.threads.length >= this.#pool.maxThreads && this.#pool.idleThreads === 0;
  }
}
