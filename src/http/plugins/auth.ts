import bearerAuth from '@fastify/bearer-auth';
import type { FastifyInstance } from 'fastify';
import fastifyPlugin from 'fastify-plugin';

/** A key, by the name of the scheme in the OpenAPI document. */
const BY_KEY = { apiKey: [] };

/**
 * Requires `Authorization: Bearer KEY` with one of the keys, compared in constant time, on every route of the
 * scope that registers it, and says so in the OpenAPI document; without keys it requires nothing. A trainer
 * that is given only a URL puts the key there as the password (`http://any:KEY@host`): its `Basic` counts
 * as the same key. A refusal goes through the error handler, so it is a problem like any other.
 */
export const authPlugin = fastifyPlugin(
  async (app: FastifyInstance, { keys }: { keys: readonly string[] }) => {
    const security = keys.length > 0 ? [BY_KEY] : [{}, BY_KEY];
    app.addHook('onRoute', (route) => {
      route.schema = { ...route.schema, security };
    });
    if (keys.length === 0) return;
    await app.register(bearerAuth, {
      keys: new Set(keys),
      addHook: false,
      verifyErrorLogLevel: 'debug',
      // The name of the scheme in any letter case.
      specCompliance: 'rfc6749',
    });
    if (app.verifyBearerAuth === undefined) throw new Error('@fastify/bearer-auth did not decorate the app');
    app.addHook('onRequest', ({ raw: { headers } }, _reply, done) => {
      const key = passwordOf(headers.authorization ?? '');
      if (key !== undefined) headers.authorization = `Bearer ${key}`;
      done();
    });
    app.addHook('onRequest', app.verifyBearerAuth);
  },
);

/** The password of HTTP Basic (RFC 7617): what follows the first colon. Undefined for other schemes. */
function passwordOf(authorization: string): string | undefined {
  const [, credentials] = /^basic +([A-Za-z0-9+/=_-]+) *$/i.exec(authorization) ?? [];
  if (credentials === undefined) return undefined;
  const decoded = Buffer.from(credentials, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  return colon < 0 ? undefined : decoded.slice(colon + 1);
}
