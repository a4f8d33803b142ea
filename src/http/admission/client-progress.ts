import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { isNdjson } from '../bodies/ndjson.js';
import type { Exchange } from './connections.js';

/** Bytes of a body, or of an answer, that a client has to move within the time it has, unless it ends. */
export const LEAST_BYTES = 1_048_576;

/** What a client had done at some time. */
interface Done {
  readonly at: number;
  readonly received: number;
  readonly taken: number;
}

/**
 * How long clients have been moving too little of what they send or read. While the service itself works, or
 * has not read yet what was sent, no time passes.
 */
export class ClientProgress {
  readonly #done = new WeakMap<ServerResponse, Done>();

  /** Milliseconds since this client last did enough. */
  slowFor(socket: Socket, { request, response }: Exchange, now: number): number {
    const received = socket.bytesRead;
    const taken = socket.bytesWritten - socket.writableLength;
    const before = this.#done.get(response);
    const isSending = !request.raw.complete && request.raw.readableLength === 0;
    const isReading = socket.writableLength > 0;
    const isEnough = isNdjson(request.headers['content-type'])
      ? (done: Done) =>
          request.lastLine > done.at || taken > done.taken || received - done.received >= LEAST_BYTES
      : (done: Done) => received - done.received >= LEAST_BYTES || taken - done.taken >= LEAST_BYTES;
    if (before === undefined || !(isSending || isReading) || isEnough(before)) {
      this.#done.set(response, { at: now, received, taken });
      return 0;
    }
    return now - before.at;
  }
}
