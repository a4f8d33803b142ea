import { type Dispatcher, errors } from 'undici';
import { GrowingBytes } from '../../bytes/growing-bytes.js';
import { wrongAnswer } from '../servers/answer-shape.js';

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
export const MAX_ANSWER_BYTES = 64 * 1_048_576;

/** The body of an error is not kept, as it may repeat a prompt; beyond this it costs its connection. */
const MAX_ERROR_BYTES = 131_072;

/**
 * One request to a server, as undici's dispatcher reports on it. Its `request` does the same with a stream,
 * an AbortSignal and an asynchronous resource for each, which take longer than all the rest of a small
 * answer. Chunks are taken as they come: in a stream, 65,536 chunks of one byte would wait at 150 bytes each.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  /**
   * @throws NoAnswer when the connection failed; BadGateway (`upstream-wrong-answer`) for a body that is too
   *   large; the reason of `giveUp`.
   */
  readonly answer: Promise<UpstreamAnswer>;
  readonly #bytes = new GrowingBytes(MAX_ANSWER_BYTES);
  #resolve: (answer: UpstreamAnswer) => void = () => undefined;
  #reject: (reason: unknown) => void = () => undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #isOver = false;
  #status = 0;
  #retryAfter: string | undefined;
  #errorBytes = 0;

  constructor() {
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Ends the request. The status of an error is the answer, even where its body did not come to an end. */
  giveUp(reason: unknown): void {
    if (this.#isOver) return;
    if (this.#isError) this.#finish();
    else this.#fail(reason);
    this.#controller?.abort(new errors.RequestAbortedError());
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // Given up while there was no connection yet.
    if (this.#isOver) controller.abort(new errors.RequestAbortedError());
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    // 1xx: the answer is still to come.
    if (status < 200) return;
    const retryAfter = headers['retry-after'];
    this.#status = status;
    this.#retryAfter = Array.isArray(retryAfter) ? retryAfter[0] : retryAfter;
    if (this.#isError && Number(headers['content-length']) > MAX_ERROR_BYTES) this.giveUp(undefined);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (!this.#isError) {
      this.#bytes.add(chunk);
      return;
    }
    this.#errorBytes += chunk.length;
    if (this.#errorBytes > MAX_ERROR_BYTES) this.giveUp(undefined);
  }

  onResponseEnd(): void {
    this.#finish();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#isError) this.#finish();
    else this.#fail(describeFailure(error));
  }

  get #isError(): boolean {
    return this.#status !== 0 && (this.#status < 200 || this.#status > 299);
  }

  #finish(): void {
    this.#isOver = true;
    this.#resolve({ status: this.#status, retryAfter: this.#retryAfter, body: this.#bytes.view() });
  }

  #fail(reason: unknown): void {
    this.#isOver = true;
    this.#reject(reason);
  }
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
