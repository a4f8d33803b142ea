import type { FastifyInstance } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import type { Connections } from '../admission/connections.js';

/**
 * How often idle connections are dropped while closing: a tenth of a second delays no shutdown noticeably.
 */
const SWEEP_MILLISECONDS = 100;

/** What closing needs. */
export interface Closing {
  readonly closing: { now: boolean };
  readonly connections: Connections;
}

/**
 * Closes without waiting for idle connections and without dropping requests in flight. From `close()` on,
 * every answer carries `Connection: close`, and connections are closed as soon as they are idle.
 * `app.close()` alone waits for a client's keep-alive timeout, and for connections that never sent a request;
 * `forceCloseConnections` drops work. Requests of one connection take turns.
 */
export const gracefulClosePlugin = fastifyPlugin(
  async (app: FastifyInstance, { closing, connections }: Closing) => {
    app.addHook('onRequest', (request, reply, done) => connections.begin(request, reply.raw, done));
    app.addHook('onSend', (_request, reply, _payload, done) => {
      if (closing.now) reply.header('connection', 'close');
      done();
    });
    app.addHook('preClose', async () => {
      closing.now = true;
      const sweep = setInterval(() => connections.closeIdle(), SWEEP_MILLISECONDS);
      app.server.once('close', () => clearInterval(sweep));
      sweep.unref();
    });
  },
);
