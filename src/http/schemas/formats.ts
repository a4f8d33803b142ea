import type { FastifySchema } from 'fastify';

/** The schemas of a route's body by format, where it has several formats. */
export function contentOf(
  schema: FastifySchema | undefined,
): Record<string, { schema: unknown }> | undefined {
  const body = schema?.body;
  if (typeof body !== 'object' || body === null || !('content' in body)) return undefined;
  return body.content as Record<string, { schema: unknown }>;
}

/** The schema of a route's body in a format. */
export function schemaOf(schema: FastifySchema | undefined, format: string): unknown {
  const content = contentOf(schema);
  return content === undefined ? schema?.body : content[format]?.schema;
}

/** The formats that a route reads; none where it takes no body. */
export function formatsOf(schema: FastifySchema | undefined): string[] {
  const content = contentOf(schema);
  if (content !== undefined) return Object.keys(content);
  return schema?.body === undefined ? [] : ['application/json'];
}
