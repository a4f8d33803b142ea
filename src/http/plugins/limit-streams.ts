import type { FastifyInstance } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { Unavailable } from '../../calibration/errors.js';
import { isNdjson } from '../bodies/ndjson.js';

/** Seconds after which a refused stream may be tried again. */
const RETRY_AFTER_SECONDS = 1;

/** Bounds how many bodies of lines are under way at once, until they are answered to the end. */
export const limitStreamsPlugin = fastifyPlugin(async (app: FastifyInstance, { most }: { most: number }) => {
  let streams = 0;
  app.addHook('onRequest', ({ headers }, reply, done) => {
    if (!isNdjson(headers['content-type'])) return done();
    if (streams >= most) return done(streamsFull());
    streams++;
    reply.raw.once('close', () => streams--);
    done();
  });
});

function streamsFull(): Unavailable {
  return new Unavailable(
    'streams-full',
    'too many streams of lines are under way (MAX_STREAMS)',
    RETRY_AFTER_SECONDS,
  );
}
