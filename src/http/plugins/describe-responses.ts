import type { FastifySchema } from 'fastify';
import { z } from 'zod';
import { generalCodes } from '../schemas/problem-codes.js';

/** A response with its content by type, as routes with several formats and `problems` write it. */
interface WrittenResponse {
  readonly description?: string;
  readonly codes?: readonly string[];
  readonly content: Readonly<Record<string, unknown>>;
}

/**
 * The responses of an operation with a description each: of an answer that of its schema, of a problem what
 * the status means and the codes that come with it. @fastify/swagger would write "Default Response".
 */
export function describeResponses(
  schema: FastifySchema,
  formats: readonly string[],
): Readonly<Record<string, unknown>> {
  const asksKey = (schema.security ?? []).some((scheme) => Object.keys(scheme).length > 0);
  const general = generalCodes({ formats, asksKey });
  const responses = Object.entries(schema.response ?? {}).map(([status, response]) => [
    status,
    isWritten(response)
      ? withCodes(response, general[Number(status)] ?? [])
      : {
          description: z.globalRegistry.get(response)?.description,
          content: { 'application/json': { schema: response } },
        },
  ]);
  return Object.fromEntries(responses);
}

function withCodes(response: WrittenResponse, general: readonly string[]): object {
  const { description = '', codes, content } = response;
  if (codes === undefined) return response;
  const listed = [...codes, ...general].map((code) => `\`${code}\``).join(', ');
  return { description: `${description}. Codes: ${listed}`, content };
}

function isWritten(response: unknown): response is WrittenResponse {
  return typeof response === 'object' && response !== null && 'content' in response;
}
