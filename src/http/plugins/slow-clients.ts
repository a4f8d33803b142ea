import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { ClientProgress } from '../admission/client-progress.js';
import type { Connections, Exchange } from '../admission/connections.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** When the last whole line of a stream was read (performance.now); 0 before. */
    lastLine: number;
  }
}

/** How often clients are looked at within the time that they have. */
const LOOKS = 4;

/** A refused client may read its refusal for so long before its connection is cut. */
const LINGER_MILLISECONDS = 2_000;

/** How Node's server looks after heads. */
export function headTimeouts(milliseconds: number): {
  headersTimeout: number;
  requestTimeout: number;
  connectionsCheckingInterval: number;
} {
  return {
    headersTimeout: milliseconds,
    // Node's default would be a bound of the other.
    requestTimeout: 0,
    connectionsCheckingInterval: interval(milliseconds),
  };
}

/**
 * One rule for clients that are slow: within the time given, a client has to send a whole head ({@link
 * headTimeouts}), to send or to read a megabyte or whatever is left of it, or to move a line of a stream. A
 * client that does not is answered 408 where no answer has begun, and disconnected. Waiting for a turn and
 * working are not the client's time.
 */
export const slowClientsPlugin = fastifyPlugin(
  async (
    app: FastifyInstance,
    { milliseconds, connections }: { milliseconds: number; connections: Connections },
  ) => {
    app.decorateRequest('lastLine', 0);
    const progress = new ClientProgress();
    const look = () => {
      const now = performance.now();
      for (const [socket, exchange] of connections.underWay())
        if (progress.slowFor(socket, exchange, now) >= milliseconds) giveUp(app, socket, exchange);
    };
    const looking = setInterval(look, interval(milliseconds));
    looking.unref();
    app.addHook('onClose', async () => clearInterval(looking));
    app.server.on('clientError', (_error, socket) => {
      setTimeout(() => socket.destroy(), LINGER_MILLISECONDS).unref();
    });
  },
);

function interval(milliseconds: number): number {
  return Math.ceil(milliseconds / LOOKS);
}

function giveUp({ server }: FastifyInstance, socket: Socket, { request, response }: Exchange): void {
  // Refused already where its side of the connection is closed.
  if (request.raw.complete || response.headersSent || socket.writableEnded) socket.destroy();
  else {
    const error = new Error('the body did not arrive in time (REQUEST_TIMEOUT)');
    server.emit('clientError', Object.assign(error, { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), socket);
  }
}
