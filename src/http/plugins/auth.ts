import bearerAuth from '@fastify/bearer-auth';
import type { FastifyInstance } from 'fastify';
import fastifyPlugin from 'fastify-plugin';

/** A key, by the name of the scheme in the OpenAPI document. */
const BY_KEY = { apiKey: [] };

/**
 * Requires `Authorization: Bearer KEY` with one of the keys, compared in constant time, on every route of the
 * scope that registers it, and says so in the OpenAPI document; without keys it requires nothing. A refusal
 * goes through the error handler, so it is a problem like any other.
 */
export const authPlugin = fastifyPlugin(
  async (app: FastifyInstance, { keys }: { keys: readonly string[] }) => {
    const security = keys.length > 0 ? [BY_KEY] : [{}, BY_KEY];
    app.addHook('onRoute', (route) => {
      route.schema = { ...route.schema, security };
    });
    if (keys.length === 0) return;
    await app.register(bearerAuth, { keys: new Set(keys), addHook: false, verifyErrorLogLevel: 'debug' });
    if (app.verifyBearerAuth === undefined) throw new Error('@fastify/bearer-auth did not decorate the app');
    app.addHook('onRequest', app.verifyBearerAuth);
  },
);
