import type { FastifyInstance } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { parseJson } from '../bodies/json.js';

/** Reads `application/json` by {@link parseJson} and refuses every other format. */
export const jsonBodyPlugin = fastifyPlugin(async (app: FastifyInstance) => {
  app.removeContentTypeParser(['application/json', 'text/plain']);
  // With `done`, not a promise: this runs for every request.
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_: unknown, body: Buffer, done) => {
    try {
      done(null, parseJson(body));
    } catch (error) {
      done(error instanceof Error ? error : new Error('unreadable', { cause: error }));
    }
  });
});
