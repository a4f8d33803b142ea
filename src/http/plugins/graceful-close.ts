import type { FastifyInstance } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { Connections } from '../connections.js';

/** How often idle connections are dropped while closing: a tenth of a second is not felt at shutdown. */
const SWEEP_MILLISECONDS = 100;

/**
 * Closing without waiting for idle connections and without dropping requests in flight: from `close()` on every answer carries
 * `Connection: close`, and connections are closed as soon as they fall idle. `app.close()` alone waits for a client's keep-alive
 * timeout, and for a connection that never sent a request; `forceCloseConnections` drops work. Requests of one connection take turns.
 */
export const gracefulClosePlugin = fastifyPlugin(async (app: FastifyInstance, closing: { now: boolean }) => {
  const connections = new Connections(app.server);
  app.addHook('onRequest', ({ raw }, reply, done) => connections.begin(raw.socket, reply.raw, done));
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
});
