import type { FastifyReply } from 'fastify';
import type { Departure } from '../../sidecar/gathering/departure.js';
import { whenGone } from '../gone-signal.js';

/**
 * Says when the client of a sample goes away before its answer is complete. An AbortController a sample, with
 * its event target, takes a twentieth of the whole time of a sample.
 */
export class ClientDeparture implements Departure {
  #reason: DOMException | undefined;
  /** Few: most requests have one. */
  #listeners: (() => void)[] = [];

  constructor(reply: FastifyReply) {
    whenGone(reply, () => this.#leave());
  }

  get reason(): unknown {
    return this.#reason;
  }

  throwIfAborted(): void {
    if (this.#reason !== undefined) throw this.#reason;
  }

  addEventListener(_event: 'abort', listener: () => void): void {
    this.#listeners.push(listener);
  }

  removeEventListener(_event: 'abort', listener: () => void): void {
    this.#listeners = this.#listeners.filter((other) => other !== listener);
  }

  #leave(): void {
    // As an AbortController says it.
    this.#reason = new DOMException('This operation was aborted', 'AbortError');
    const listeners = this.#listeners;
    this.#listeners = [];
    for (const listener of listeners) listener();
  }
}
