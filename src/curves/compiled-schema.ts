import { Ajv } from 'ajv';
import { z } from 'zod';

/**
 * Without `unicode`, string lengths are not counted in code points, which would cost more than parsing the
 * text. With `strictNumbers`, Infinity, which JSON.parse makes of 1e400, is no number. `strict` would refuse
 * OpenAPI's keywords.
 */
const ajv = new Ajv({
  unicode: false,
  strictNumbers: true,
  logger: false,
  strict: false,
  // zod writes the schemas: compiling the schema of schemas takes sixty milliseconds.
  meta: false,
  validateSchema: false,
  // V8 optimizes the tests: shortening their source takes half the time of compiling them, and gains nothing.
  code: { optimize: false },
});

/**
 * A compiled test of what JSON Schema can say of a schema. Refinements are not part of it.
 *
 * @param inspect looks at every part of the schema, and may throw.
 */
export function compileSchema(
  schema: z.ZodType,
  inspect: (definition: z.core.$ZodTypeDef) => void = () => undefined,
): (value: unknown) => boolean {
  return ajv.compile(
    z.toJSONSchema(schema, {
      target: 'draft-7',
      io: 'input',
      override: ({ zodSchema }) => inspect(zodSchema._zod.def),
    }),
  );
}
