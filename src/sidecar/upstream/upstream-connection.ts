import { Pool } from 'undici';
import { GatewayTimeout } from '../upstream-errors.js';
import { Exchange, MAX_ANSWER_BYTES, type UpstreamAnswer } from './exchange.js';
import type { Upstream } from './upstream.js';

/** Milliseconds for a connection to be made, where a try may take longer. */
const MAX_CONNECT_TIME = 10_000;

/**
 * Connections to one upstream, kept alive between requests. Redirects are not followed: only
 * configured servers are called.
 */
export class UpstreamConnection {
  readonly #upstream: Upstream;
  readonly #path: string;
  /** Names and values by turns, made once: they are the same for every request. */
  readonly #headers: string[];
  readonly #pool: Pool;
  #closed: Promise<void> | undefined;

  /** @param path of the contract, below the upstream's URL. */
  constructor(upstream: Upstream, path: string) {
    const { origin, pathname, search } = new URL(upstream.url);
    this.#upstream = upstream;
    this.#path = `${pathname.replace(/\/+$/, '')}${path}${search}`;
    this.#headers = Object.entries({
      accept: 'application/json',
      ...upstream.headers,
      'content-type': 'application/json',
    }).flat();
    this.#pool = new Pool(origin, {
      connections: upstream.batch.concurrency,
      maxResponseSize: MAX_ANSWER_BYTES,
      connect: { timeout: Math.min(upstream.timeout, MAX_CONNECT_TIME) },
      // One timer for the whole try, below, replaces both.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  /**
   * Posts JSON once.
   *
   * @throws NoAnswer when the connection failed; GatewayTimeout (`upstream-timeout`) when the whole answer
   *   did not come in time; BadGateway (`upstream-wrong-answer`) when it is too large; the signal's reason.
   */
  async post(body: string, signal: AbortSignal | undefined): Promise<UpstreamAnswer> {
    const exchange = new Exchange();
    const abort = () => exchange.giveUp(signal?.reason);
    const timer = setTimeout(() => exchange.giveUp(this.#timeout()), this.#upstream.timeout);
    signal?.addEventListener('abort', abort, { once: true });
    try {
      this.#pool.dispatch({ method: 'POST', path: this.#path, headers: this.#headers, body }, exchange);
      return await exchange.answer;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    }
  }

  /** Waits for requests under way and ends the connections. */
  async close(): Promise<void> {
    this.#closed ??= this.#pool.close();
    await this.#closed;
  }

  #timeout(): GatewayTimeout {
    const { name, timeout } = this.#upstream;
    return new GatewayTimeout(
      'upstream-timeout',
      `the reward-model server "${name}" did not answer within ${timeout} ms`,
    );
  }
}
