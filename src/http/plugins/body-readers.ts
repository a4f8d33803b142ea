import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { refuseDeepJson } from '../../bytes/json-weight.js';
import { TooLarge } from '../../calibration/errors.js';
import { readArrowStream } from '../bodies/arrow.js';
import { ARROW_STREAM, ColumnsBody, chunksOf, LinesBody, UnreadBody } from '../bodies/bodies.js';
import { parseJson } from '../bodies/json.js';
import { type Line, NDJSON, NDJSON_TYPES, readLines } from '../bodies/ndjson.js';
import { StreamTurns } from '../bodies/stream-turns.js';
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

/**
 * Lines of JSON, as they arrive; a line has at most `lineLimit` bytes. All that use one reader take turns.
 */
export function linesReader(lineLimit: number) {
  const turns = new StreamTurns();
  return fastifyPlugin(async (app: FastifyInstance) => {
    app.addContentTypeParser(NDJSON_TYPES, async (request: FastifyRequest, body: Readable) => {
      const lines = noteLines(request, readLines(chunksOf(body), lineLimit, request.held, turns));
      return new LinesBody(passesOverUnknown(request) ? passOverInLines(request, NDJSON, lines) : lines);
    });
  });
}

/** The same lines; the request knows when the last ones were read. */
async function* noteLines(
  request: FastifyRequest,
  lines: AsyncIterable<readonly Line[]>,
): AsyncGenerator<readonly Line[]> {
  for await (const some of lines) {
    request.lastLine = performance.now();
    yield some;
  }
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

/** Reading more here would hold up others for tenths of a second. */
const MOST_READ_HERE = 1_048_576;

/**
 * Read here, and written anew for the worker: what is passed over is said in a header, which is here.
 *
 * @throws TooLarge `body-too-large`; as {@link refuseDeepJson}.
 */
function withoutUnknown(bytes: Buffer, request: FastifyRequest): UnreadBody {
  if (bytes.length > MOST_READ_HERE) {
    const message = `with unknown_fields=ignore a JSON body has at most ${MOST_READ_HERE} bytes here: send lines (NDJSON)`;
    throw new TooLarge('body-too-large', message);
  }
  refuseDeepJson(bytes);
  const body = parseJson(bytes);
  passOverUnknown(request, JSON_TYPE, body);
  // JSON would write a number beyond all doubles as null, which may be as if absent: as text it is refused.
  const finite = (_key: string, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
  return new UnreadBody(JSON_TYPE, new TextEncoder().encode(JSON.stringify(body, finite)));
}
