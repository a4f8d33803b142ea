import bearerAuth from '@fastify/bearer-auth';
import type { FastifyInstance } from 'fastify';
import fastifyPlugin from 'fastify-plugin';

/**
 * Requires `Authorization: Bearer KEY` with one of the keys, compared in constant time, on every route of the
 * scope that registers it. A refusal goes through the error handler, so it is a problem like any other.
 */
export const authPlugin = fastifyPlugin(
  async (app: FastifyInstance, { keys }: { keys: readonly string[] }) => {
    await app.register(bearerAuth, { keys: new Set(keys), addHook: false, verifyErrorLogLevel: 'debug' });
    if (app.verifyBearerAuth === undefined) throw new Error('@fastify/bearer-auth did not decorate the app');
    app.addHook('onRequest', app.verifyBearerAuth);
  },
);
