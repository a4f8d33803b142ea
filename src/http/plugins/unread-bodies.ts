import type { FastifyInstance } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { ARROW_STREAM } from '../formats/arrow-stream.js';
import { UnreadBody } from '../formats/bodies.js';
import { wholeBody } from './whole-body.js';

/** Leaves bodies as bytes, for a worker to read. */
export const unreadBodiesPlugin = fastifyPlugin(async (app: FastifyInstance) => {
  app.removeContentTypeParser(['application/json', ARROW_STREAM]);
  for (const format of ['application/json', ARROW_STREAM] as const) {
    app.addContentTypeParser(
      format,
      wholeBody((bytes) => new UnreadBody(format, bytes.own())),
    );
  }
});
