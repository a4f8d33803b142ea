import type { FastifyInstance, FastifySchemaCompiler } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import type { z } from 'zod';
import { compileCheck } from '../schemas/check-body.js';

/**
 * Validates requests by {@link compileCheck}, and writes answers with a plain JSON.stringify. A body that may come in several
 * formats is checked where it is read, since what is read differs from one to the next; its schemas only document it.
 */
export const validationPlugin = fastifyPlugin(async (app: FastifyInstance) => {
  const validator: FastifySchemaCompiler<z.ZodType> = ({ schema, contentType }) =>
    contentType === undefined ? compileCheck(schema) : acceptAll;
  app.setValidatorCompiler(validator);
  app.setSerializerCompiler(() => JSON.stringify);
});

const acceptAll = () => true;
