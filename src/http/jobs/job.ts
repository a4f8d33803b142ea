import type { MessagePort } from 'node:worker_threads';
import type { ReadJob } from '../../service/fit-request.js';
import { LinesBody, UnreadBody } from '../bodies/bodies.js';
import { emptyBody } from '../bodies/json.js';
import type { Line } from '../bodies/ndjson.js';

/** A body as it arrived, not parsed yet. */
export interface UnreadJson {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly maxSamples: number;
}

/** A request as it arrived, in a format that has its parameters in the query string. */
export interface Unread<Query> extends UnreadJson {
  readonly format: UnreadBody['format'];
  readonly query: Query;
}

/** A request on its way to a worker thread, which reads it. */
export type UnreadJob<Given extends UnreadJson> = { readonly kind: 'unread' } & Given;

/** A body whose reader may ask at the port for the curve that the request names. */
export type Asking<Given extends UnreadJson = UnreadJson> = Given & { readonly port: MessagePort };

/** A job for a worker thread: a request that was read, or one to read there. */
export type Job<Request, Given extends UnreadJson> = ReadJob<Request> | UnreadJob<Given>;

/** How the requests of a resource are read, for every format. */
export interface RequestReader<Request, Query> {
  /** Reads a body that is still bytes: parsed, checked, measured. */
  read(unread: Unread<Query>): Promise<Request>;
  /** Reads lines as they arrive. */
  readLines(lines: AsyncIterable<readonly Line[]>, query: Query, maxSamples: number): Promise<Request>;
}

/**
 * Larger bodies are read in the worker. Up to this size, reading takes the event loop about a millisecond,
 * less than handing the body to a thread.
 */
const READ_HERE_BYTES = 131_072;

/** Whether a body is so small that reading it in a worker is not worth it. */
export function isSmall({ body }: UnreadJson): boolean {
  return body.length <= READ_HERE_BYTES;
}

/**
 * The job of a request. Lines and small bodies are read here, large bodies in the worker.
 *
 * @throws Unreadable `empty-body`; as the reader.
 */
export async function jobOf<Request, Query>(
  body: unknown,
  query: Query,
  maxSamples: number,
  reader: RequestReader<Request, Query>,
): Promise<Job<Request, Unread<Query>>> {
  if (body instanceof UnreadBody) {
    const unread = { format: body.format, body: body.bytes, query, maxSamples };
    if (!isSmall(unread)) return { kind: 'unread', ...unread };
    return { kind: 'read', request: await reader.read(unread) };
  }
  if (!(body instanceof LinesBody)) throw emptyBody();
  return { kind: 'read', request: await reader.readLines(body.lines, query, maxSamples) };
}

/** A Buffer that was sent to a worker arrives as a plain Uint8Array. */
export function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array<ArrayBuffer>): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
