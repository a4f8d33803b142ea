import { Ajv } from 'ajv';
import { z } from 'zod';
import { type CurveDocument, curveDocument, documentRules } from './document-schema.js';

/**
 * As bodies are checked (`http/schemas/gate`): lengths in code units, and Infinity, which JSON.parse makes of
 * 1e400, is no number.
 */
const ajv = new Ajv({
  unicode: false,
  strictNumbers: true,
  logger: false,
  strict: false,
  // zod writes the schemas: compiling the schema of schemas takes sixty milliseconds.
  meta: false,
  validateSchema: false,
});

let structure: ((value: unknown) => boolean) | undefined;

/**
 * Whether zod's schema of documents accepts a value unchanged: a compiled test of the same, which takes a
 * seventh of the time on a document with thousands of knots. Where it says no, the schema says why.
 */
export function isCurveDocument(given: unknown): given is CurveDocument {
  structure ??= ajv.compile(z.toJSONSchema(curveDocument, { target: 'draft-7', io: 'input' }));
  if (!structure(given)) return false;
  let obeys = true;
  documentRules(given as CurveDocument, () => {
    obeys = false;
  });
  return obeys;
}
