import type { MessagePort } from 'node:worker_threads';
import type { ReadJob } from '../../service/fit-request.js';
import { LinesBody, UnreadBody } from '../bodies/bodies.js';
import { emptyBody } from '../bodies/json.js';
import type { Line } from '../bodies/ndjson.js';

/** A body as it arrived: nobody looked at it yet. */
export interface UnreadJson {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly maxSamples: number;
}

/** A request as it arrived, in a format that has its parameters in the query string. */
export interface Unread<Query> extends UnreadJson {
  readonly format: UnreadBody['format'];
  readonly query: Query;
}

/** A request on its way to a worker thread, which is to read it. */
export type UnreadJob<Given extends UnreadJson> = { readonly kind: 'unread' } & Given;

/** A JSON body whose reader may ask at the port for the curve that the body names. */
export type AskingJson = UnreadJson & { readonly port: MessagePort };

/** What travels to a worker thread: a request that was read, or is to be read there. */
export type Job<Request, Given extends UnreadJson> = ReadJob<Request> | UnreadJob<Given>;

/** How the requests of a resource are read, whatever they come in. */
export interface RequestReader<Request, Query> {
  /** Of a body that is still bytes: parsed, checked, measured. */
  read(unread: Unread<Query>): Request;
  /** Of lines, as they come. */
  readLines(lines: AsyncIterable<readonly Line[]>, query: Query, maxSamples: number): Promise<Request>;
}

/** Larger bodies are read in the worker; these take the event loop about a millisecond, less than a thread's turn. */
const READ_HERE_BYTES = 131_072;

/** Whether a body is so small that reading it in a worker is not worth it. */
export function isSmall({ body }: UnreadJson): boolean {
  return body.length <= READ_HERE_BYTES;
}

/**
 * The job of a request. Lines and small bodies are read here; a large body is left to the worker.
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
    return { kind: 'read', request: reader.read(unread) };
  }
  if (!(body instanceof LinesBody)) throw emptyBody();
  return { kind: 'read', request: await reader.readLines(body.lines, query, maxSamples) };
}

/** Bytes that came through a worker's door are no Buffer any more. */
export function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array<ArrayBuffer>): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
