import type { Readable } from 'node:stream';
import { errorCodes, type FastifyRequest } from 'fastify';
import { GrowingBytes } from '../../bytes/growing-bytes.js';

/** A body on its way, perhaps decompressed on it: `receivedEncodedLength` then counts what has come of it before. */
type Payload = Readable & { readonly receivedEncodedLength?: number };

type Done = (error: Error | null, body?: unknown) => void;

/**
 * A parser of bodies that are read when they are complete. Fastify's own `parseAs: 'buffer'` keeps every chunk for itself, which lets a body
 * of one-byte chunks take a hundred and fifty times its size. With `done`, not a promise: this runs for every request.
 *
 * @param read makes the body of the bytes; what it throws is the answer. A body larger than the route's limit is refused.
 */
export function wholeBody(read: (bytes: GrowingBytes) => unknown) {
  return (request: FastifyRequest, payload: Payload, done: Done): void => {
    const limit = request.routeOptions.bodyLimit;
    const announced = announcedLength(request) ?? limit;
    const bytes = new GrowingBytes(announced);
    const take = (chunk: Buffer) => {
      const { receivedEncodedLength = 0 } = payload;
      if (Math.max(bytes.length + chunk.length, receivedEncodedLength) > limit) end(tooLarge());
      else bytes.add(chunk);
    };
    const end = (error?: Error) => {
      payload.off('data', take).off('end', end).off('error', end);
      if (error) done(Object.assign(error, { statusCode: statusOf(error) }));
      else finish(() => read(bytes), done);
    };
    if (announced > limit) end(tooLarge());
    // What decompresses is handed over paused.
    else payload.on('data', take).on('end', end).on('error', end).resume();
  };
}

function finish(read: () => unknown, done: Done): void {
  let body: unknown;
  try {
    body = read();
  } catch (error) {
    done(error instanceof Error ? error : new Error('unreadable', { cause: error }));
    return;
  }
  done(null, body);
}

function tooLarge(): Error {
  return new errorCodes.FST_ERR_CTP_BODY_TOO_LARGE();
}

/** The length that the client says beforehand; undefined where it does not. */
function announcedLength({ headers }: FastifyRequest): number | undefined {
  const length = headers['content-length'];
  return length === undefined || headers['content-encoding'] !== undefined ? undefined : Number(length);
}

/** What breaks off a body on its way is no fault of the service. */
function statusOf(error: Error): number {
  return 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 400;
}
