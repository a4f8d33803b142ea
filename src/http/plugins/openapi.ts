import swagger, { type SwaggerTransformObject } from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { contentOf, formatsOf } from '../schemas/formats.js';
import { describeResponses } from './describe-responses.js';

/** What the document says of this service besides its routes. */
export interface DocumentSettings {
  readonly version: string;
  /** BASE_PATH. */
  readonly basePath: string;
}

/** The OpenAPI 3.1 document, generated from the zod schemas, at /openapi.json. */
export const openApiPlugin = fastifyPlugin(
  async (app: FastifyInstance, { version, basePath }: DocumentSettings) => {
    await app.register(swagger, {
      openapi: {
        openapi: '3.1.0',
        info: {
          title: 'Reward calibration',
          version,
          description:
            'Removes length bias, or any measurable bias, from reward-model scores: Post-hoc Reward Calibration (Huang et al., ICLR 2025, arXiv 2409.17407).',
          license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
        },
        servers: [{ url: basePath === '' ? '/' : basePath }],
        tags: [
          { name: 'calibration', description: 'Fit, refit and calibrate' },
          { name: 'curves', description: 'Versions of the fitted curves' },
          { name: 'labels', description: 'Whether to calibrate, by a few labels of the right pairs' },
          {
            name: 'sidecar',
            description: "In front of a reward model's server, in the trainer's own contract",
          },
          { name: 'operation', description: 'Health and metrics' },
        ],
        components: {
          securitySchemes: {
            apiKey: { type: 'http', scheme: 'bearer', description: 'One of API_KEYS' },
          },
        },
        // No key is asked, but where authPlugin says so.
        security: [],
      },
      transform: transformRoute,
      transformObject: mergeInputVariants,
    });
    let text: string | undefined;
    app.get('/openapi.json', { schema: { hide: true } }, async (_, reply) => {
      // The routes do not change once the service listens.
      text ??= JSON.stringify(app.swagger());
      return reply.type('application/json; charset=utf-8').send(text);
    });
  },
);

/** The type provider knows one body schema: here it is asked once for each content type. */
const transformRoute: typeof jsonSchemaTransform = (document) => {
  if (document.schema === undefined || document.schema.hide) return jsonSchemaTransform(document);
  const content = contentOf(document.schema);
  const formats = formatsOf(document.schema);
  const schema = { ...document.schema, response: describeResponses(document.schema, formats) };
  if (content === undefined) return jsonSchemaTransform({ ...document, schema });
  const { body: _, ...rest } = schema;
  const transformed = jsonSchemaTransform({ ...document, schema: rest });
  const bodies = Object.entries(content).map(([type, { schema }]) => {
    const alone = jsonSchemaTransform({ ...document, schema: { body: schema } });
    return [type, { schema: alone.schema.body }] as const;
  });
  return { ...transformed, schema: { ...transformed.schema, body: { content: Object.fromEntries(bodies) } } };
};

const REFERENCE = '#/components/schemas/';

/**
 * The type provider registers every schema twice, `X` for answers and `XInput` for requests. Schemas of
 * requests have no defaults or transforms here, so both are the same: one is kept, under the plain name.
 */
const mergeInputVariants: SwaggerTransformObject = (given) => {
  const document = jsonSchemaTransformObject(given);
  const schemas: Record<string, unknown> = ('components' in document && document.components?.schemas) || {};
  const text = JSON.stringify(document);
  const used = (name: string) => text.includes(`"${REFERENCE}${name}"`);
  const kept = Object.keys(schemas).filter((name) => used(name) && !used(`${name}Input`));
  const merged = kept
    .filter((name) => name.endsWith('Input'))
    .reduce(
      (json, name) => json.replaceAll(`"${REFERENCE}${name}"`, `"${REFERENCE}${plain(name)}"`),
      JSON.stringify({
        ...document,
        components: { ...componentsOf(document), schemas: pick(schemas, kept) },
      }),
    );
  return JSON.parse(merged, withoutSafeBounds);
};

/** Every `z.int()` brings the bounds of JavaScript's own integers, which say nothing to a reader. */
function withoutSafeBounds(key: string, value: unknown): unknown {
  if (key === 'minimum' && value === Number.MIN_SAFE_INTEGER) return undefined;
  return key === 'maximum' && value === Number.MAX_SAFE_INTEGER ? undefined : value;
}

function componentsOf(document: object): object {
  return 'components' in document && document.components ? document.components : {};
}

function pick(schemas: Record<string, unknown>, names: string[]): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [plain(name), schemas[name]]));
}

function plain(name: string): string {
  return name.replace(/Input$/, '');
}
