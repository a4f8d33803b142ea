import type { FastifyInstance } from 'fastify';
import fastifyPlugin from 'fastify-plugin';

/** What bodies may be compressed with. */
export const CONTENT_ENCODINGS = ['gzip', 'br', 'zstd'] as const;

/** Names of encodings that HTTP knows under a second name (RFC 9110, 8.4.1). */
const OTHER_NAMES: Readonly<Record<string, string>> = { 'x-gzip': 'gzip' };

/**
 * Encodings are named in any letter case, and `identity` names none. It runs before whatever looks at the
 * header.
 */
export const contentEncodingPlugin = fastifyPlugin(async (app: FastifyInstance) => {
  app.addHook('onRequest', ({ raw: { headers } }, _reply, done) => {
    const given = headers['content-encoding'];
    if (given !== undefined) {
      const encoding = given.trim().toLowerCase();
      if (encoding === 'identity' || encoding === '') delete headers['content-encoding'];
      else headers['content-encoding'] = OTHER_NAMES[encoding] ?? encoding;
    }
    done();
  });
});
