import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { readArrowStream } from '../bodies/arrow.js';
import { ARROW_STREAM, ColumnsBody, chunksOf, LinesBody, UnreadBody } from '../bodies/bodies.js';
import { parseJson } from '../bodies/json.js';
import { NDJSON, NDJSON_TYPES, readLines } from '../bodies/ndjson.js';
import { passesOverUnknown, passOverInLines, passOverUnknown } from './unknown-fields.js';
import { wholeBody } from './whole-body.js';

/*
 * The formats that a scope of routes reads. Each plugin adds one format to the scope that registers it; other
 * formats are refused. Fastify's own readers are removed once, in app.ts.
 */

const JSON_TYPE = 'application/json';

/** JSON, as its value. */
export const jsonReader = fastifyPlugin(async (app: FastifyInstance) => {
  app.addContentTypeParser(
    JSON_TYPE,
    wholeBody((bytes, request) => {
      const body = parseJson(bytes.view());
      if (passesOverUnknown(request)) passOverUnknown(request, JSON_TYPE, body);
      return body;
    }),
  );
});

/** Arrow, as columns of samples; on the event loop, where nothing needs their prompts. */
export const columnsReader = fastifyPlugin(async (app: FastifyInstance) => {
  app.addContentTypeParser(
    ARROW_STREAM,
    wholeBody(async (bytes) => new ColumnsBody(await readArrowStream(bytes.view(), 'unread'))),
  );
});

/** Lines of JSON, as they arrive; a line has at most `lineLimit` bytes. */
export function linesReader(lineLimit: number) {
  return fastifyPlugin(async (app: FastifyInstance) => {
    app.addContentTypeParser(NDJSON_TYPES, async (request: FastifyRequest, body: Readable) => {
      const lines = readLines(chunksOf(body), lineLimit);
      return new LinesBody(passesOverUnknown(request) ? passOverInLines(request, NDJSON, lines) : lines);
    });
  });
}

/** JSON, kept as bytes for a worker to read. */
export const unreadJson = unreadReader(JSON_TYPE);

/** Arrow, kept as bytes for a worker to read. */
export const unreadColumns = unreadReader(ARROW_STREAM);

function unreadReader(format: UnreadBody['format']) {
  return fastifyPlugin(async (app: FastifyInstance) => {
    app.addContentTypeParser(
      format,
      wholeBody((bytes, request) =>
        format === JSON_TYPE && passesOverUnknown(request)
          ? withoutUnknown(bytes.view(), request)
          : new UnreadBody(format, bytes.own()),
      ),
    );
  });
}

/** Read here, and written anew for the worker: what is passed over is said in a header, which is here. */
function withoutUnknown(bytes: Buffer, request: FastifyRequest): UnreadBody {
  const body = parseJson(bytes);
  passOverUnknown(request, JSON_TYPE, body);
  return new UnreadBody(JSON_TYPE, new TextEncoder().encode(JSON.stringify(body)));
}
