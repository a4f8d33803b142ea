import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Reads on what a client sends of a body after its answer, so that it can read the answer, which it would
 * lose with its connection; after so many milliseconds the connection ends all the same.
 */
export function linger(raw: IncomingMessage, response: ServerResponse, milliseconds: number): void {
  response.once('finish', () => {
    if (raw.complete || raw.destroyed) return;
    const timer = setTimeout(() => raw.socket.destroy(), milliseconds);
    raw.unpipe();
    raw
      .once('end', () => clearTimeout(timer))
      .once('close', () => clearTimeout(timer))
      .resume();
  });
}
