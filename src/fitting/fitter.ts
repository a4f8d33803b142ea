import { constants } from 'node:os';
import type { MessagePort } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { brokenRule, InvalidInput, ServiceError, TooLarge, Unavailable } from '../calibration/errors.js';
import { type Outcome, resultOf } from './outcome.js';
import { Turns } from './turns.js';

/** The outcome of a job; `abandoned`: its caller went away, or the service closes. */
export type JobOutcome = 'done' | 'refused' | 'timeout' | 'out-of-memory' | 'abandoned' | 'failed';

/** Observes jobs and threads. */
export interface FitterObserver {
  /** A job that had a thread has ended. */
  ended(task: string, outcome: JobOutcome): void;
  /** A thread without a job died: while it started, or while it was idle. */
  threadDied(error: Error): void;
}

/** How many fits run at once, how many may wait, how long one may run, and where the worker's code is. */
export interface FitterOptions {
  readonly threads: number;
  /** Fits that may wait for a thread; one more is refused with a 503. */
  readonly queue: number;
  /** Milliseconds that a job may run in its thread; its wait for the thread does not count. */
  readonly timeout: number;
  /**
   * The worker's module: it exports a function per task, which takes a job and returns an {@link Outcome},
   * and `warm`, where that is called.
   */
  readonly workerUrl: URL;
  readonly observer: FitterObserver;
  /** Milliseconds after which a thread without jobs is ended. */
  readonly idleTimeout?: number;
  /** The refusal of a job for which the queue has no place, where the jobs are no fits. */
  readonly queueFull?: () => Unavailable;
}

/** What the worker's task `warm` takes. */
export interface WarmingRound {
  readonly isLast: boolean;
}

/** By default: keeps a thread warm between the fits of one experiment, and frees its memory afterwards. */
const IDLE_TIMEOUT = 600_000;

/**
 * Added to the niceness of the threads where each has one of its own (Linux): where processors are scarce,
 * the event loop goes first, and a fit gets a tenth of its share. Elsewhere the whole process would step
 * back.
 */
const NICE_INCREMENT = process.platform === 'linux' ? constants.priority.PRIORITY_BELOW_NORMAL : 0;

/** Seconds after which a refused fit may be tried again: about the time of a large fit. */
const RETRY_AFTER_SECONDS = 2;

/**
 * Runs fits (or plots) in worker threads, so that the event loop keeps answering meanwhile. `Tasks`
 * declares what the worker's functions take and return.
 *
 * Jobs wait here and not in the pool: piscina neglects its queue when a thread dies or is ended, and does not
 * report when a job begins.
 */
export class Fitter<Tasks extends { [Name in keyof Tasks]: { job: unknown; result: unknown } }> {
  readonly #pool: Piscina;
  readonly #turns: Turns;
  readonly #queue: number;
  readonly #timeout: number;
  readonly #observer: FitterObserver;
  readonly #queueFull: () => Unavailable;
  /** The controllers that end each job, waiting or running, in order of arrival. */
  readonly #endings = new Set<AbortController>();
  /** Those of the running jobs. */
  readonly #running = new Set<AbortController>();
  /** While a thread is being warmed, and not at the service of a job. */
  #warming: Promise<void> | undefined;
  #isClosing = false;

  constructor({
    threads,
    queue,
    timeout,
    workerUrl,
    observer,
    idleTimeout = IDLE_TIMEOUT,
    queueFull = fitQueueFull,
  }: FitterOptions) {
    this.#turns = new Turns(threads);
    this.#queue = queue;
    this.#timeout = timeout;
    this.#observer = observer;
    this.#queueFull = queueFull;
    this.#pool = new Piscina({
      filename: workerUrl.href,
      minThreads: 0,
      maxThreads: threads,
      idleTimeout,
      niceIncrement: NICE_INCREMENT,
    });
    this.#pool.on('error', (error: Error) => this.#threadDied(error));
  }

  /**
   * Runs a task in a worker thread. A job that runs for too long is ended with its thread, as is one whose
   * caller goes away; the next one gets a new thread.
   *
   * @param transfer buffers (and ports) of the job that are handed over, not copied:
   *   they are empty afterwards.
   * @param signal aborts the job, queued or running, when the caller goes away.
   * @throws what the worker refuses; InvalidInput `work-timeout`; TooLarge `work-too-large` where the
   *   thread has too little memory; Unavailable `fit-queue-full`, or as `queueFull` says, when too many jobs
   *   wait already, `closing`; the signal's reason.
   */
  async run<Name extends keyof Tasks & string>(
    name: Name,
    job: Tasks[Name]['job'],
    transfer: (ArrayBuffer | MessagePort)[],
    signal: AbortSignal,
  ): Promise<Tasks[Name]['result']> {
    if (this.#isClosing) throw closing();
    // A job that waits for a thread to be warm would wait as long for a cold one: it takes no place of the
    // queue.
    const places = this.#queue + (this.#warming ? 1 : 0);
    if (this.#turns.areAllTaken && this.#turns.waiting >= places) throw this.#queueFull();
    const ending = new AbortController();
    const giveUp = () => ending.abort(signal.reason);
    if (signal.aborted) giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    this.#endings.add(ending);
    try {
      await this.#turns.take(ending.signal);
      return await this.#takeTurn(name, job, transfer, ending);
    } finally {
      this.#endings.delete(ending);
      signal.removeEventListener('abort', giveUp);
    }
  }

  /**
   * Starts a thread and has it do the worker's task `warm` so many times, the last with `isLast`, so that the
   * first fit finds its code loaded and compiled. A job that comes meanwhile has its turn next, and ends it,
   * as the signal does.
   *
   * @throws what the thread throws.
   */
  async warm(rounds: number, signal: AbortSignal): Promise<void> {
    const isWanted = () => !(signal.aborted || this.#isClosing || this.#turns.areAllTaken);
    for (let left = rounds; left > 0 && isWanted(); left--) {
      this.#warming = this.#warmThread({ isLast: left === 1 });
      await this.#warming;
    }
  }

  async #warmThread(round: WarmingRound): Promise<void> {
    const ending = new AbortController();
    this.#running.add(ending);
    try {
      await this.#turns.take(ending.signal);
      await this.#pool.run(round, { name: 'warm', signal: ending.signal });
    } catch (error) {
      // A thread that died aborts its job with the reason.
      throw ending.signal.aborted ? ending.signal.reason : error;
    } finally {
      this.#warming = undefined;
      this.#running.delete(ending);
      this.#turns.end();
    }
  }

  /**
   * Ends the threads; fits that wait or still run are aborted. A thread that is being warmed is waited for:
   * V8 does not survive every end of a thread that is loading its code.
   */
  async close(): Promise<void> {
    this.#isClosing = true;
    for (const ending of this.#endings) ending.abort(closing());
    await Promise.allSettled([this.#warming]);
    await this.#pool.destroy();
  }

  async #takeTurn<Name extends keyof Tasks & string>(
    name: Name,
    job: Tasks[Name]['job'],
    transferList: (ArrayBuffer | MessagePort)[],
    ending: AbortController,
  ): Promise<Tasks[Name]['result']> {
    this.#running.add(ending);
    const timer = setTimeout(() => ending.abort(workTimeout(this.#timeout)), this.#timeout);
    try {
      const options = { name, signal: ending.signal, transferList };
      const outcome: Outcome<Tasks[Name]['result']> = await this.#pool.run(job, options);
      this.#observer.ended(name, 'result' in outcome ? 'done' : 'refused');
      return resultOf(outcome);
    } catch (error) {
      if (error instanceof ServiceError) throw error;
      const cause = ending.signal.aborted ? ending.signal.reason : error;
      const explained = isOutOfMemory(cause) ? workTooLarge() : cause;
      this.#observer.ended(name, outcomeOfFailure(explained));
      throw explained;
    } finally {
      clearTimeout(timer);
      this.#running.delete(ending);
      this.#turns.end();
    }
  }

  /**
   * The latest jobs went to the thread that died before it could take one: the pool would keep them forever.
   */
  #threadDied(error: Error): void {
    this.#observer.threadDied(error);
    const orphans = [...this.#running].slice(this.#pool.threads.length);
    for (const ending of orphans) ending.abort(error);
  }
}

function fitQueueFull(): Unavailable {
  return new Unavailable('fit-queue-full', 'too many fits are waiting already', RETRY_AFTER_SECONDS);
}

function closing(): Unavailable {
  return new Unavailable('closing', 'the service is closing', RETRY_AFTER_SECONDS);
}

function workTimeout(milliseconds: number): InvalidInput {
  const message = `this work was ended after ${milliseconds} ms (WORK_TIMEOUT): send fewer samples or characteristics, or less "auto"; or raise WORK_TIMEOUT`;
  return brokenRule([], message, 'work-timeout');
}

function workTooLarge(): TooLarge {
  const message =
    'this work needs more memory than its thread may take: send fewer samples or less text at once, or send lines (NDJSON); or give the service more memory (NODE_OPTIONS=--max-old-space-size)';
  return new TooLarge('work-too-large', message, [{ path: [], message }]);
}

/** Node ends a thread whose heap is full; an array of numbers lies outside the heap, and fails alone. */
function isOutOfMemory(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY') return true;
  return error instanceof RangeError && error.message === 'Array buffer allocation failed';
}

function outcomeOfFailure(error: unknown): JobOutcome {
  if (error instanceof TooLarge) return 'out-of-memory';
  if (error instanceof InvalidInput) return 'timeout';
  if (error instanceof Unavailable) return 'abandoned';
  return error instanceof Error && error.name === 'AbortError' ? 'abandoned' : 'failed';
}
