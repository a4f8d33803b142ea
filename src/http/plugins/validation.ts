import type { FastifyInstance, FastifySchemaCompiler } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import type { z } from 'zod';
import { compileCheck } from '../schemas/check-body.js';

/** Validates requests by {@link compileCheck}, and writes answers with a plain JSON.stringify. */
export const validationPlugin = fastifyPlugin(async (app: FastifyInstance) => {
  const validator: FastifySchemaCompiler<z.ZodType> = ({ schema }) => compileCheck(schema);
  app.setValidatorCompiler(validator);
  app.setSerializerCompiler(() => JSON.stringify);
});
