import type { FastifyInstance, FastifyRequest } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { z } from 'zod';
import type { Line } from '../bodies/ndjson.js';
import { DroppedFields, dropUnknown } from '../schemas/drop-unknown.js';
import { schemaOf } from '../schemas/formats.js';
import { UNKNOWN_FIELDS } from '../schemas/query.js';

/** Names the fields of a request that were passed over. */
const PASSED_OVER = 'x-unknown-fields';

/** Bytes of names in the header: proxies take some 4 KB of all headers. */
const MOST_BYTES = 1_000;

declare module 'fastify' {
  interface FastifyRequest {
    /** The fields that were passed over, as the request asked; null where it did not. */
    unknownFields: DroppedFields | null;
  }
}

/**
 * Says in a header which unknown fields were passed over. Of lines whose answer has begun it has those of the
 * first lines; that there were further names is in the log.
 */
export const unknownFieldsPlugin = fastifyPlugin(async (app: FastifyInstance) => {
  app.decorateRequest('unknownFields', null);
  const said = new WeakMap<FastifyRequest, string>();
  app.addHook('onSend', (request, reply, _payload, done) => {
    const names = request.unknownFields && inHeader(request.unknownFields);
    if (names) {
      said.set(request, names);
      reply.header(PASSED_OVER, names);
    }
    done();
  });
  app.addHook('onResponse', (request, _reply, done) => {
    const names = request.unknownFields && inHeader(request.unknownFields);
    if (names && names !== said.get(request)) request.log.info('further unknown fields were passed over');
    done();
  });
});

/** Takes fields out of a body that its schema in this format does not know. */
export function passOverUnknown(request: FastifyRequest, format: string, body: unknown): void {
  const schema = schemaFor(request, format);
  if (schema === undefined) return;
  request.unknownFields ??= new DroppedFields();
  dropUnknown(schema, body, request.unknownFields);
}

/** The same of every line. */
export async function* passOverInLines(
  request: FastifyRequest,
  format: string,
  lines: AsyncIterable<readonly Line[]>,
): AsyncGenerator<readonly Line[]> {
  for await (const batch of lines) {
    for (const line of batch) if ('value' in line) passOverUnknown(request, format, line.value);
    yield batch;
  }
}

/** Whether a request asks for unknown fields to be passed over, on a route that has the parameter. */
export function passesOverUnknown({ query, routeOptions }: FastifyRequest): boolean {
  const parameters = routeOptions.schema?.querystring;
  return (
    isObject(query) &&
    query[UNKNOWN_FIELDS] === 'ignore' &&
    parameters instanceof z.ZodObject &&
    UNKNOWN_FIELDS in parameters.shape
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function schemaFor({ routeOptions }: FastifyRequest, format: string): z.ZodType | undefined {
  const schema = schemaOf(routeOptions.schema, format);
  return schema instanceof z.ZodType ? schema : undefined;
}

function inHeader({ names, hasMore }: DroppedFields): string {
  const written: string[] = [];
  let bytes = 0;
  for (const name of names) {
    const encoded = encodeURIComponent(name.slice(0, 64).toWellFormed());
    bytes += encoded.length;
    if (bytes > MOST_BYTES) break;
    written.push(encoded);
  }
  return [...written, ...(hasMore || written.length < names.length ? ['and more'] : [])].join(', ');
}
