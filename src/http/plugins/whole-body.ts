import type { Readable } from 'node:stream';
import { errorCodes, type FastifyRequest } from 'fastify';
import { GrowingBytes } from '../../bytes/growing-bytes.js';
import { noRoom } from '../bodies/no-room.js';

/**
 * A body that is arriving. Where it is decompressed, `receivedEncodedLength` counts the bytes before that.
 */
type Payload = Readable & { readonly receivedEncodedLength?: number };

type Done = (error: Error | null, body?: unknown) => void;

/**
 * A parser of bodies that are read when they are complete. Fastify's own `parseAs: 'buffer'` keeps every
 * chunk, which lets a body of one-byte chunks take a hundred and fifty times its size. With `done`, not a
 * promise: this runs for every request.
 *
 * @param read parses the bytes, at once or as a promise; an error that it throws is answered. A body larger
 *   than the route's limit is refused, and so is one for which there is no room among the bytes in flight.
 */
export function wholeBody(read: (bytes: GrowingBytes, request: FastifyRequest) => unknown) {
  return (request: FastifyRequest, payload: Payload, done: Done): void => {
    const limit = request.routeOptions.bodyLimit;
    const announced = announcedLength(request) ?? limit;
    let bytes = new GrowingBytes(announced);
    const take = (chunk: Buffer) => {
      const { receivedEncodedLength = 0 } = payload;
      const length = bytes.length + chunk.length;
      if (Math.max(length, receivedEncodedLength) > limit) refuse(tooLarge());
      else if (request.held?.set(length) === false) refuse(noRoom());
      else bytes.add(chunk);
    };
    // The rest of the body is read and dropped before the refusal is sent: what was held is free at once.
    const refuse = (error: Error) => {
      request.held?.release();
      bytes = new GrowingBytes(0);
      end(error);
    };
    const end = (error?: Error) => {
      payload.off('data', take).off('end', end).off('error', end);
      if (error) done(Object.assign(error, { statusCode: statusOf(error) }));
      else readInTime(request, () => read(bytes, request), done);
    };
    if (announced > limit) end(tooLarge());
    // A decompressor is handed over paused.
    else payload.on('data', take).on('end', end).on('error', end).resume();
  };
}

function readInTime(request: FastifyRequest, read: () => unknown, done: Done): void {
  const refusal = request.refuseLate?.(request);
  if (refusal === undefined) finish(read, done);
  else done(refusal);
}

function finish(read: () => unknown, done: Done): void {
  let body: unknown;
  try {
    body = read();
  } catch (error) {
    done(error instanceof Error ? error : new Error('unreadable', { cause: error }));
    return;
  }
  if (body instanceof Promise) body.then((value) => done(null, value), done);
  else done(null, body);
}

function tooLarge(): Error {
  return new errorCodes.FST_ERR_CTP_BODY_TOO_LARGE();
}

/** The length that the client announces; undefined where it announces none. */
function announcedLength({ headers }: FastifyRequest): number | undefined {
  const length = headers['content-length'];
  return length === undefined || headers['content-encoding'] !== undefined ? undefined : Number(length);
}

/** An error that breaks off an arriving body is not the service's. */
function statusOf(error: Error): number {
  return 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 400;
}
