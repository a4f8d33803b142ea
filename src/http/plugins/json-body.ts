import type { FastifyInstance } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { parseJson } from '../formats/json.js';
import { wholeBody } from './whole-body.js';

/** Reads `application/json` by {@link parseJson} and refuses every other format. */
export const jsonBodyPlugin = fastifyPlugin(async (app: FastifyInstance) => {
  app.removeContentTypeParser(['application/json', 'text/plain']);
  app.addContentTypeParser(
    'application/json',
    wholeBody((bytes) => parseJson(bytes.view())),
  );
});
