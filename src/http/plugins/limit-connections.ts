import type { FastifyInstance } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { Unavailable } from '../../calibration/errors.js';
import type { Connections } from '../admission/connections.js';

/** Seconds after which a refused client may connect again. */
const RETRY_AFTER_SECONDS = 1;

/**
 * Refuses requests over connections beyond the limit, and ends those connections. Register it in the scope
 * whose routes are limited: the health of a full service can still be asked for.
 */
export const limitConnectionsPlugin = fastifyPlugin(
  async (app: FastifyInstance, { connections }: { connections: Connections }) => {
    app.addHook('onRequest', ({ raw }, reply, done) => {
      if (!connections.isSurplus(raw.socket)) return done();
      reply.header('connection', 'close');
      done(connectionsFull());
    });
  },
);

function connectionsFull(): Unavailable {
  return new Unavailable(
    'connections-full',
    'too many connections are open (MAX_CONNECTIONS)',
    RETRY_AFTER_SECONDS,
  );
}
