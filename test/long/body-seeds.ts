import { readFileSync } from 'node:fs';

/** A good body of a route: where mutations start from. */
export interface Seed {
  readonly method: string;
  /** With the query string that a format without parameters in its body needs. */
  readonly path: string;
  readonly type: string;
  readonly body: Buffer;
}

interface Schema {
  readonly $ref?: string;
  readonly anyOf?: readonly Schema[];
  readonly examples?: readonly unknown[];
}

interface OpenApiDocument {
  readonly paths: Readonly<
    Record<string, Record<string, { requestBody?: { content: Record<string, { schema: Schema }> } }>>
  >;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

const readJson = (path: string) => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));

/** A line alone is too little to fit. */
const LINES = 24;

/**
 * The examples of every body in the OpenAPI document, in every format: a new route is mutated without being
 * named here.
 *
 * @param upstream the name in the paths of the sidecar.
 */
export function seedsOf(upstream: string): Seed[] {
  const document: OpenApiDocument = readJson('../../openapi/openapi.json');
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { requestBody }]) =>
      Object.entries(requestBody?.content ?? {}).flatMap(([type, { schema }]) =>
        bodiesOf(document, type, schema).map((body) => ({
          method: method.toUpperCase(),
          path: `${path.replace('{upstream}', upstream)}${queryOf(path, type)}`,
          type,
          body,
        })),
      ),
    ),
  );
}

function bodiesOf(document: OpenApiDocument, type: string, schema: Schema): Buffer[] {
  if (type.includes('arrow')) return arrowStreams();
  return examplesOf(document, schema).map((example) => {
    const text = JSON.stringify(example);
    return Buffer.from(type === 'application/json' ? text : `${text}\n`.repeat(LINES));
  });
}

function examplesOf(document: OpenApiDocument, schema: Schema): readonly unknown[] {
  const name = schema.$ref?.split('/').at(-1);
  const resolved = name === undefined ? schema : (document.components.schemas[name] ?? schema);
  return [
    ...(resolved.examples ?? []),
    ...(resolved.anyOf ?? []).flatMap((variant) => examplesOf(document, variant)),
  ];
}

function arrowStreams(): Buffer[] {
  const { readable } = readJson('../http/golden/arrow.json') as {
    readable: Record<string, { stream: string }>;
  };
  return Object.values(readable).map(({ stream }) => Buffer.from(stream, 'base64'));
}

const QUERIES: Readonly<Record<string, string>> = {
  '/v1/fit': '?reward_model=org/mutated',
  '/v1/evaluate': '?resamples=200',
  '/v1/leaderboard': '?baseline=small',
};

/** What is in the body of JSON, and for the other formats in the query string. */
function queryOf(path: string, type: string): string {
  if (type === 'application/json' || path === '/v1/fit-calibrate') return '';
  return QUERIES[path] ?? '?reward_model=org/reward-model&on_missing_curve=passthrough';
}
