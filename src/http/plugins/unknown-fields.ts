import type { FastifyInstance, FastifyRequest } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { z } from 'zod';
import type { Line } from '../bodies/ndjson.js';
import { dropUnknown } from '../schemas/drop-unknown.js';
import { schemaOf } from '../schemas/formats.js';
import { UNKNOWN_FIELDS } from '../schemas/query.js';

/** Names the fields of a request that were passed over. */
const PASSED_OVER = 'x-unknown-fields';

/** Names in the header; a request may hold any number. */
const MOST_NAMES = 20;

declare module 'fastify' {
  interface FastifyRequest {
    /** Names of fields that were passed over, as the request asked; null where it did not. */
    unknownFields: Set<string> | null;
  }
}

/**
 * Says in a header which unknown fields were passed over. Of lines whose answer has begun it has those of the
 * first lines; how many names came later is in the log.
 */
export const unknownFieldsPlugin = fastifyPlugin(async (app: FastifyInstance) => {
  app.decorateRequest('unknownFields', null);
  const named = new WeakMap<FastifyRequest, number>();
  app.addHook('onSend', (request, reply, _payload, done) => {
    const names = request.unknownFields;
    if (names !== null && names.size > 0) {
      named.set(request, names.size);
      reply.header(PASSED_OVER, inHeader(names));
    }
    done();
  });
  app.addHook('onResponse', (request, _reply, done) => {
    const later = (request.unknownFields?.size ?? 0) - (named.get(request) ?? 0);
    if (later > 0) request.log.info({ later }, 'further unknown fields were passed over');
    done();
  });
});

/** Takes fields out of a body that its schema in this format does not know. */
export function passOverUnknown(request: FastifyRequest, format: string, body: unknown): void {
  const schema = schemaFor(request, format);
  if (schema === undefined) return;
  request.unknownFields ??= new Set();
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

/** Whether a request asks for unknown fields to be passed over. */
export function passesOverUnknown({ query }: FastifyRequest): boolean {
  return (
    typeof query === 'object' &&
    query !== null &&
    UNKNOWN_FIELDS in query &&
    query[UNKNOWN_FIELDS] === 'ignore'
  );
}

function schemaFor({ routeOptions }: FastifyRequest, format: string): z.ZodType | undefined {
  const schema = schemaOf(routeOptions.schema, format);
  return schema instanceof z.ZodType ? schema : undefined;
}

function inHeader(names: ReadonlySet<string>): string {
  const [first, more] = [[...names].slice(0, MOST_NAMES), names.size - MOST_NAMES];
  const written = first.map((name) => encodeURIComponent(name.slice(0, 64).toWellFormed()));
  return [...written, ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
}
