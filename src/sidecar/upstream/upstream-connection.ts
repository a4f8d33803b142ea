import { finished } from 'node:stream/promises';
import { type Dispatcher, errors, Pool } from 'undici';
import { GrowingBytes } from '../../bytes/growing-bytes.js';
import { wrongAnswer } from '../servers/answer-shape.js';
import { GatewayTimeout } from '../upstream-errors.js';
import type { Upstream } from './upstream.js';

/** An answer as it came; only the body of a success is read. */
export interface UpstreamAnswer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly body: Buffer;
}

/**
 * The server could not be reached, or went away before its answer was complete. The message describes which.
 */
export class NoAnswer extends Error {}

/** A list per token of a large batch stays far below this; an endless answer must not fill the memory. */
const MAX_ANSWER_BYTES = 64 * 1_048_576;

/** Milliseconds for a connection to be made, where a try may take longer. */
const MAX_CONNECT_TIME = 10_000;

/**
 * Connections to one upstream, kept alive between requests. Redirects are not followed: only
 * configured servers are called.
 */
export class UpstreamConnection {
  readonly #upstream: Upstream;
  readonly #path: string;
  readonly #pool: Pool;
  #closed: Promise<void> | undefined;

  /** @param path of the contract, below the upstream's URL. */
  constructor(upstream: Upstream, path: string) {
    const { origin, pathname, search } = new URL(upstream.url);
    this.#upstream = upstream;
    this.#path = `${pathname.replace(/\/+$/, '')}${path}${search}`;
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
    const end = new AbortController();
    const abort = () => end.abort();
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      abort();
    }, this.#upstream.timeout);
    signal?.addEventListener('abort', abort, { once: true });
    try {
      return await this.#exchange(body, end.signal);
    } catch (error) {
      if (isLate) throw this.#timeout();
      signal?.throwIfAborted();
      throw describeFailure(error);
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

  async #exchange(body: string, signal: AbortSignal): Promise<UpstreamAnswer> {
    const headers = {
      accept: 'application/json',
      ...this.#upstream.headers,
      'content-type': 'application/json',
    };
    const answer = await this.#pool.request({ method: 'POST', path: this.#path, headers, body, signal });
    const status = answer.statusCode;
    const retryAfter = answer.headers['retry-after'];
    return {
      status,
      retryAfter: Array.isArray(retryAfter) ? retryAfter[0] : retryAfter,
      body: await readBody(answer),
    };
  }

  #timeout(): GatewayTimeout {
    const { name, timeout } = this.#upstream;
    return new GatewayTimeout(
      'upstream-timeout',
      `the reward-model server "${name}" did not answer within ${timeout} ms`,
    );
  }
}

/**
 * The body of an error is not read, as it may repeat a prompt; the connection can be used again. Chunks are
 * taken as they come: an iterator would let 65,536 chunks of one byte wait in the stream, 150 bytes each.
 */
async function readBody({ statusCode, body }: Dispatcher.ResponseData): Promise<Buffer> {
  const bytes = new GrowingBytes(MAX_ANSWER_BYTES);
  if (statusCode >= 200 && statusCode <= 299) await finished(body.on('data', (chunk) => bytes.add(chunk)));
  else await body.dump();
  return bytes.view();
}

function describeFailure(error: unknown): unknown {
  if (error instanceof errors.ResponseExceededMaxSizeError) {
    return wrongAnswer(`it is larger than ${MAX_ANSWER_BYTES} bytes`);
  }
  // A wrong call of undici, which no further try would change.
  if (error instanceof errors.InvalidArgumentError || error instanceof errors.NotSupportedError) return error;
  return new NoAnswer(`could not be reached or went away (${codeOf(error)})`);
}

/** `ECONNREFUSED` and the like. The message is omitted: it is not ours. */
function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : 'unknown error';
}
