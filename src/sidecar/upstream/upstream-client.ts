import { setTimeout as sleep } from 'node:timers/promises';
import {
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhen,
  isBrokenCircuitError,
} from 'cockatiel';
import { ServiceError, Unavailable } from '../../calibration/errors.js';
import { Turns } from '../../fitting/turns.js';
import { type Clock, SYSTEM_CLOCK } from '../../service/clock.js';
import type { RewardServerContract, ScoredBatch, TextToScore } from '../servers/reward-server.js';
import { BadGateway, GatewayTimeout, RefusedText, UPSTREAM_REFUSED } from '../upstream-errors.js';
import { NoAnswer, type UpstreamAnswer } from './exchange.js';
import { readAnswer } from './parse-answer.js';
import { MAX_RETRY_AFTER_SECONDS, readRetryAfter, retryDelay } from './retry-delay.js';
import type { Upstream } from './upstream.js';
import { UpstreamConnection } from './upstream-connection.js';

/**
 * Observes an upstream's client, for metrics. Every `send` that is not aborted gives one of
 * `answered` and `failed`.
 */
export interface UpstreamObserver {
  /** @param seconds that the answered try took. */
  answered(seconds: number, texts: number): void;
  /** @param error that the caller gets; no message quotes the server. */
  failed(error: ServiceError): void;
  breaker(state: 'closed' | 'open' | 'half-open'): void;
}

/** Time and random numbers; tests bring their own. */
export interface RetryClock extends Clock {
  /** Milliseconds since 1970: for dates of other servers, and for the breaker. */
  wallTime(): number;
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
  /** A uniform number in [0, 1). */
  random(): number;
}

/** The clock and the random numbers of this machine. */
export const REAL_CLOCK: RetryClock = {
  ...SYSTEM_CLOCK,
  wallTime: () => Date.now(),
  wait: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }),
  random: Math.random,
};

/** Seconds after which a caller may come back when the upstream gave no time and the breaker is closed. */
const RETRY_AFTER_SECONDS = 1;

const BREAKER_STATES = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.Open]: 'open',
  [CircuitState.HalfOpen]: 'half-open',
  // Never entered: only a call of `isolate` does.
  [CircuitState.Isolated]: 'open',
} as const;

/**
 * Asks one reward-model server for the rewards of batches. Scoring changes nothing there, so a failed try may
 * be repeated (`retries`) after connection errors, 429 and 5xx, unless the server asks for a longer pause
 * than a try may take. Timeouts are not repeated: more work does not help a slow server. A breaker opens
 * after `breaker.failures` tries in a row without an answer or with a 5xx; after `breaker.pause` one try
 * decides whether it closes.
 *
 * cockatiel is only the breaker: its bulkhead (3.2.1) leaves calls waiting forever behind an aborted one, and
 * its retry does not end its pause when the caller goes away.
 */
export class UpstreamClient {
  readonly #upstream: Upstream;
  readonly #contract: RewardServerContract;
  readonly #observer: UpstreamObserver;
  readonly #clock: RetryClock;
  readonly #connection: UpstreamConnection;
  readonly #turns: Turns;
  readonly #breaker: CircuitBreakerPolicy;
  readonly #closing = new AbortController();
  /** The end of an open breaker's pause, in milliseconds since 1970. */
  #openUntil = 0;

  constructor(
    upstream: Upstream,
    contract: RewardServerContract,
    observer: UpstreamObserver,
    clock: RetryClock = REAL_CLOCK,
  ) {
    this.#upstream = upstream;
    this.#contract = contract;
    this.#observer = observer;
    this.#clock = clock;
    this.#connection = new UpstreamConnection(upstream, contract.path);
    this.#turns = new Turns(upstream.batch.concurrency);
    this.#breaker = circuitBreaker(
      handleWhen((error) => error instanceof NoAnswer || error instanceof GatewayTimeout).orWhenResult(
        (answer) => (answer as UpstreamAnswer).status >= 500,
      ),
      { halfOpenAfter: upstream.breaker.pause, breaker: new ConsecutiveBreaker(upstream.breaker.failures) },
    );
    this.#breaker.onStateChange((state) => {
      if (state === CircuitState.Open) this.#openUntil = clock.wallTime() + upstream.breaker.pause;
      observer.breaker(BREAKER_STATES[state]);
    });
  }

  /**
   * The rewards of a batch, in the order of the texts.
   *
   * @param signal ends the waiting and the request when the caller goes away.
   * @throws Unavailable (`upstream-unavailable`) when no try was answered, or at once while the breaker is
   *   open; GatewayTimeout (`upstream-timeout`); RefusedText (`upstream-refused`) for 413 and 422; BadGateway
   *   (`upstream-refused` for another status that is not worth a retry, `upstream-wrong-answer`). No message
   *   quotes the server, which may repeat a prompt.
   */
  async send(texts: readonly TextToScore[], signal?: AbortSignal): Promise<ScoredBatch> {
    try {
      return await unlessAborted(() => this.#sendRepeatedly(texts, signal), signal);
    } catch (error) {
      if (error instanceof ServiceError) this.#observer.failed(error);
      throw error;
    }
  }

  /** Ends pauses between tries and waits for requests under way. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#connection.close();
  }

  async #sendRepeatedly(
    texts: readonly TextToScore[],
    signal: AbortSignal | undefined,
  ): Promise<ScoredBatch> {
    const body = JSON.stringify(this.#contract.buildRequest(texts, this.#upstream));
    let asked = 0;
    for (let retry = 0; ; retry++) {
      this.#refuseWhileOpen();
      const outcome = await this.#tryInTurn(body, texts.length, signal);
      if ('rewards' in outcome) return outcome;
      if (retry === this.#upstream.retries) throw this.#unavailable(outcome.failure, outcome.retryAfter);
      asked += outcome.retryAfter ?? 0;
      if (asked > this.#mostAsked) throw this.#unavailable(outcome.failure, outcome.retryAfter);
      await this.#pause(retryDelay(retry, outcome.retryAfter, this.#clock.random()), signal);
    }
  }

  async #tryInTurn(
    body: string,
    texts: number,
    signal: AbortSignal | undefined,
  ): Promise<ScoredBatch | FailedTry> {
    if (!this.#turns.takeFree()) await this.#turns.take(signal);
    try {
      return await this.#try(body, texts, signal);
    } finally {
      this.#turns.end();
    }
  }

  /** One try: the batch, or the reason why another try may succeed. */
  async #try(body: string, texts: number, signal: AbortSignal | undefined): Promise<ScoredBatch | FailedTry> {
    const start = this.#clock.now();
    try {
      const answer = await this.#ask(body, signal);
      if (isWorthRepeating(answer.status)) {
        const retryAfter = readRetryAfter(answer.retryAfter, this.#clock.wallTime());
        return { failure: `answered ${answer.status}`, retryAfter };
      }
      const batch = this.#read(answer, texts);
      this.#observer.answered((this.#clock.now() - start) / 1_000, texts);
      return batch;
    } catch (error) {
      if (error instanceof NoAnswer) return { failure: error.message, retryAfter: undefined };
      throw error;
    }
  }

  async #ask(body: string, signal: AbortSignal | undefined): Promise<UpstreamAnswer> {
    signal?.throwIfAborted();
    if (this.#closing.signal.aborted) throw this.#unavailable('is no longer asked: the service stops');
    try {
      return await this.#breaker.execute(() => {
        // The try of a half-open breaker goes on without its caller: cockatiel would
        // count an abort as a success.
        const isDecisive = this.#breaker.state !== CircuitState.Closed;
        return this.#connection.post(body, isDecisive ? undefined : signal);
      });
    } catch (error) {
      if (isBrokenCircuitError(error)) throw this.#refusal();
      throw error;
    }
  }

  #read({ status, body }: UpstreamAnswer, texts: number): ScoredBatch {
    if (status < 200 || status > 299) {
      const message = `the reward-model server ${this.#name} answered ${status}`;
      if (status === 413) throw new RefusedText('too-large', message);
      if (status === 422) throw new RefusedText('invalid', message);
      throw new BadGateway(UPSTREAM_REFUSED, message);
    }
    const answer = readAnswer(body);
    return { rewards: this.#contract.readRewards(answer, texts), answer };
  }

  async #pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
    const closing = this.#closing.signal;
    try {
      await this.#clock.wait(milliseconds, signal ? AbortSignal.any([signal, closing]) : closing);
    } catch (error) {
      if (closing.aborted) throw this.#unavailable('is no longer asked: the service stops');
      throw error;
    }
  }

  /** Runs before a batch waits for its turn behind tries that may hang. */
  #refuseWhileOpen(): void {
    if (this.#breaker.state === CircuitState.Open && this.#clock.wallTime() < this.#openUntil)
      throw this.#refusal();
  }

  #refusal(): Unavailable {
    return this.#unavailable('has failed repeatedly and is left alone for a while');
  }

  #unavailable(what: string, retryAfter = RETRY_AFTER_SECONDS): Unavailable {
    const isOpen = this.#breaker.state === CircuitState.Open;
    const seconds = isOpen
      ? (this.#openUntil - this.#clock.wallTime()) / 1_000
      : Math.min(retryAfter, MAX_RETRY_AFTER_SECONDS);
    const message = `the reward-model server ${this.#name} ${what}`;
    return new Unavailable('upstream-unavailable', message, Math.max(1, Math.ceil(seconds)));
  }

  /**
   * Seconds that the server may make one batch wait in all: the timeout of a try. Beyond
   * that the caller decides.
   */
  get #mostAsked(): number {
    return Math.min(this.#upstream.timeout / 1_000, MAX_RETRY_AFTER_SECONDS);
  }

  get #name(): string {
    return `"${this.#upstream.name}"`;
  }
}

/** A failed try that may be repeated: what the server did, and the pause in seconds that it asked for. */
interface FailedTry {
  readonly failure: string;
  readonly retryAfter: number | undefined;
}

function isWorthRepeating(status: number): boolean {
  return status === 429 || status >= 500;
}

/**
 * The outcome of work, or the signal's reason as soon as it is aborted, without
 * waiting for a turn or a pause.
 */
function unlessAborted<T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work();
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    work()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', abort));
  });
}
