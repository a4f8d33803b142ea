import type { FastifyInstance, FastifySchemaCompiler } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import type { z } from 'zod';
import { type Checked, compileCheck } from '../schemas/check-body.js';

/**
 * Validates requests by {@link compileCheck}, and writes answers with a plain JSON.stringify. A body that may
 * come in several formats is checked where it is read, since the parsed values differ; its schemas only
 * document it.
 */
export const validationPlugin = fastifyPlugin(async (app: FastifyInstance) => {
  const validator: FastifySchemaCompiler<z.ZodType> = ({ schema, httpPart, contentType }) => {
    if (contentType !== undefined) return acceptAll;
    const check = compileCheck(schema);
    return httpPart === 'querystring' ? onceForEmpty(check) : check;
  };
  app.setValidatorCompiler(validator);
  app.setSerializerCompiler(() => JSON.stringify);
});

const acceptAll = () => true;

/** Caches the check of an empty query: most requests to hot routes have no query string. */
function onceForEmpty(check: (value: unknown) => Checked<unknown>): typeof check {
  const ofEmpty = check({});
  return (query) => (Object.keys(query ?? {}).length === 0 ? ofEmpty : check(query));
}
