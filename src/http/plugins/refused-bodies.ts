import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import fastifyPlugin from 'fastify-plugin';

/** How much of a refused body is thrown away, and for how long. */
export interface DrainLimits {
  readonly bytes: number;
  readonly milliseconds: number;
}

/**
 * A refusal that is found before all of the body has come waits until the rest was read and thrown away. Clients that still send
 * lose an answer whose connection is closed under them (EPIPE, ECONNRESET): to a trainer a lost 4xx is a failure to retry. Beyond
 * the limits the answer is sent all the same.
 */
export const refusedBodiesPlugin = fastifyPlugin(async (app: FastifyInstance, limits: DrainLimits) => {
  // What decompresses a body ends its source together with itself, which would end the connection: it gets a source of its own.
  app.addHook('preParsing', (request, _reply, payload, done) => {
    const isEncoded = request.headers['content-encoding'] !== undefined;
    done(null, isEncoded ? payload.pipe(new PassThrough()) : payload);
  });
  app.addHook('onSend', ({ raw }, reply, _payload, done) => {
    const isArriving = !raw.complete && !raw.destroyed && raw.socket instanceof Socket;
    if (reply.statusCode >= 400 && isArriving) drain(raw, limits, done);
    else done();
  });
});

/** Reads and throws away what still comes, up to the limits. */
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
