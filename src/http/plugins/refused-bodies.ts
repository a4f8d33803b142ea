import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { linger } from '../bodies/linger.js';

/** How much of a refused body is discarded, and for how long. */
export interface DrainLimits {
  readonly bytes: number;
  readonly milliseconds: number;
}

/**
 * A refusal that comes before the whole body has arrived waits until the rest is read and discarded. A client
 * that still sends loses an answer when its connection closes (EPIPE, ECONNRESET), and a trainer retries a
 * lost 4xx as a failure. Beyond the limits the answer is sent without waiting, and the connection ends a
 * while behind it: nobody would look after what still drips in.
 */
export const refusedBodiesPlugin = fastifyPlugin(async (app: FastifyInstance, limits: DrainLimits) => {
  // A decompressor destroys its source when it ends, which would close the connection: it gets a source of
  // its own.
  app.addHook('preParsing', (request, _reply, payload, done) => {
    const isEncoded = request.headers['content-encoding'] !== undefined;
    done(null, isEncoded ? payload.pipe(new PassThrough()) : payload);
  });
  app.addHook('onSend', ({ raw }, reply, _payload, done) => {
    const isArriving = !raw.complete && !raw.destroyed && raw.socket instanceof Socket;
    if (reply.statusCode >= 400 && isArriving)
      drain(raw, limits, () => {
        if (!raw.complete) linger(raw, reply.raw, LINGER);
        done();
      });
    else done();
  });
});

/** Milliseconds in which a client that still sends can read its answer, before its connection ends. */
const LINGER = 2_000;

/** Reads and discards the rest of the body, up to the limits. */
function drain(raw: IncomingMessage, { bytes, milliseconds }: DrainLimits, done: () => void): void {
  let drained = 0;
  const finish = () => {
    clearTimeout(timer);
    raw.off('data', count).off('end', finish).off('close', finish);
    done();
  };
  const count = (chunk: Buffer) => {
    drained += chunk.length;
    if (drained > bytes) finish();
  };
  const timer = setTimeout(finish, milliseconds);
  raw.unpipe();
  raw.on('data', count).once('end', finish).once('close', finish);
  raw.resume();
}
